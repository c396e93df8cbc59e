internal import Foundation
internal import ParallaxModel

/// The target: nginx with the chosen limiter, over HTTP and TLS.
struct NginxServer {
  var lab: LabDescription
  var keys: LabKeys

  private var target: LabTarget { lab.target }
  private var settings: LabTargetConfiguration { lab.target.configuration }
  private var directory: String { lab.files.target }

  /// Writes the configuration and the files to serve, and empties the access log.
  func prepare() throws(ParallaxError) {
    try FileWriting.makeDirectory(directory + "/www")
    try FileWriting.write("{\"ok\":true}\n", to: directory + "/www/ok.json")
    try FileWriting.write("", to: lab.files.accessLog)
    try FileWriting.write(configuration, to: lab.files.nginxConfiguration)
  }

  var daemon: Daemon {
    let log = directory + "/error.log"
    return Daemon(
      role: "nginx", tool: .nginx,
      arguments: ["-p", directory, "-c", lab.files.nginxConfiguration, "-e", log],
      configuration: lab.files.nginxConfiguration, namespace: target.namespace, address: target.address,
      ports: [target.port, target.tlsPort], log: log)
  }

  /// - A file is served: `return` is decided before the limiter and would bypass it.
  /// - The limiter's key is never empty, since nginx does not limit an empty key.
  /// - Temporary directories are named because the compiled-in ones belong to another user.
  var configuration: String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "  \($0)_temp_path \"\(directory)/tmp_\($0)\";" }.joined(separator: "\n")
    return """
      daemon off;
      \(geteuid() == 0 ? "user root;" : "# workers run as the user who started nginx")
      worker_processes 2;
      worker_rlimit_nofile 16384;
      pid "\(directory)/nginx.pid";
      error_log "\(directory)/error.log" warn;
      events { worker_connections 4096; }
      http {
        map_hash_bucket_size 128;
        map $http_authorization $key_name {
          default -;
      \(indent(keys.nginxMap, by: 4))
        }
        map $key_name $account { default ""; "~^a" A; "~^b" B; "~^c" C; }
        log_format lab "$msec $remote_addr $key_name $status $request_method $request_uri $request_id";
        access_log "\(lab.files.accessLog)" lab;
        add_header X-Request-Id $request_id always;
        default_type application/json;
        keepalive_requests 1000000;
      \(temporary)
      \(zone)
        server {
      \(listen)
          ssl_certificate "\(lab.files.serverCertificate)";
          ssl_certificate_key "\(lab.files.serverKey)";
          root "\(directory)/www";
          location / {
            if ($account = "") { return 401 '{"error":"unauthorized"}'; }
      \(blocked)
      \(limit)
            try_files /ok.json =404;
          }
        }
      }

      """
  }

  private var listen: String {
    let addresses = [target.address] + (target.address6.map { ["[\($0)]"] } ?? [])
    return addresses.flatMap { ["    listen \($0):\(target.port);", "    listen \($0):\(target.tlsPort) ssl;"] }
      .joined(separator: "\n")
  }

  private var zone: String {
    guard let scope = settings.limiter.scope else { return "  # no limiter" }
    let variables: [LabLimiter.Dimension: String] = [
      .ip: "$binary_remote_addr", .key: "$key_name", .account: "$account", .path: "$uri",
    ]
    let bucket = "all:" + scope.map { variables[$0]! }.joined(separator: ":")
    return "  limit_req_zone \"\(bucket)\" zone=bucket:4m rate=\(settings.rate);"
  }

  private var limit: String {
    guard settings.limiter.scope != nil else { return "      # no limiter" }
    let burst = settings.burst == 0 ? "" : " burst=\(settings.burst)" + (settings.noDelay ? " nodelay" : "")
    return "      limit_req zone=bucket\(burst);\n      limit_req_status \(settings.status);"
  }

  private var blocked: String {
    let addresses = lab.hosts.filter { settings.blockedHosts.contains($0.name) }
      .flatMap { [$0.address, $0.address6].compactMap { $0 } }
    if addresses.isEmpty { return "      # no host is blocked" }
    return addresses.map { "      if ($remote_addr = \"\($0)\") { return \(settings.status); }" }.joined(
      separator: "\n")
  }

  private func indent(_ text: String, by count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}
