internal import Foundation
internal import ParallaxModel

/// An HTTP archive (HAR 1.2) as browsers and proxies save it.
enum HARArchive {
  private struct Archive: Decodable {
    struct Log: Decodable { var entries: [Entry] }
    struct Entry: Decodable {
      var request: Request
      var response: Response?
    }
    struct Request: Decodable {
      var method: String
      var url: String
      var headers: [Field]?
      var postData: Body?
    }
    struct Field: Decodable {
      var name: String
      var value: String
    }
    struct Body: Decodable { var text: String? }
    struct Response: Decodable { var status: Int? }
    var log: Log
  }

  /// Bytes of an archive that are read.
  static let limit = 256 << 20

  /// The request that was limited (status 429), or else the first that carries a credential, or else the first.
  static func request(path: String) throws(ParallaxError) -> ImportedRequest {
    let archive: Archive
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= limit else {
        throw ParallaxError(.usage, "\(Printable.inert(path)) is larger than \(limit >> 20) MiB")
      }
      archive = try JSONDecoder().decode(Archive.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as ParallaxError {
      throw error
    } catch is DecodingError {
      throw ParallaxError(
        .usage, "\(Printable.inert(path)) is no HTTP archive",
        remedy: "save one from the network panel of a browser's developer tools")
    } catch {
      throw ParallaxError(.usage, "\(Printable.inert(path)) cannot be read", cause: error.localizedDescription)
    }
    let readable = archive.log.entries.filter { ["GET", "HEAD"].contains($0.request.method.uppercased()) }
    let candidates = readable.isEmpty ? archive.log.entries : readable
    let chosen =
      candidates.first { $0.response?.status == 429 }
      ?? candidates.first { entry in
        entry.request.headers?.contains { LiteralSecret.isCarried(byHeader: $0.name, value: $0.value) } ?? false
      } ?? candidates.first
    guard let request = chosen?.request else {
      throw ParallaxError(.usage, "\(Printable.inert(path)) holds no request")
    }
    return ImportedRequest(
      url: request.url, method: request.method.uppercased(),
      headers: (request.headers ?? []).map { Header($0.name, $0.value) },
      hasBody: !(request.postData?.text ?? "").isEmpty)
  }
}
