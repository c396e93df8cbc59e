internal import ParallaxModel

/// A certificate authority made on the spot and the target's certificate, signed by it (P-256, a week).
enum Certificates {
  static func make(_ lab: LabDescription) throws(ParallaxError) {
    let files = lab.files
    let openssl = try LabTool.openssl.require()
    let authorityKey = files.target + "/ca.key"
    let request = files.target + "/server.csr"
    let extensions = files.target + "/server.ext"
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try Command.require(
      openssl,
      ["req", "-x509"] + newKey + [
        "-keyout", authorityKey, "-out", files.certificateAuthority, "-days", "7", "-subj", "/CN=Parallax lab",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
      ], for: lab)
    try Command.require(
      openssl,
      ["req", "-new"] + newKey + [
        "-keyout", files.serverKey, "-out", request, "-subj", "/CN=\(lab.target.serverName)",
      ], for: lab)
    let addresses = [lab.target.address, lab.target.address6].compactMap { $0 }.map { "IP:\($0)" }
    let names = (["DNS:\(lab.target.serverName)"] + addresses).joined(separator: ",")
    try FileWriting.write(
      """
      subjectAltName=\(names)
      basicConstraints=critical,CA:FALSE
      extendedKeyUsage=serverAuth

      """, to: extensions)
    try Command.require(
      openssl,
      [
        "x509", "-req", "-in", request, "-CA", files.certificateAuthority, "-CAkey", authorityKey, "-CAcreateserial",
        "-out", files.serverCertificate, "-days", "7", "-extfile", extensions,
      ], for: lab)
  }
}
