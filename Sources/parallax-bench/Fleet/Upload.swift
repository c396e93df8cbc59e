internal import Foundation
internal import ParallaxLab

/// How fast a large file that does not compress goes to one host.
struct Upload {
  let goals: [Goal]

  init(_ tools: FleetTools, megabytes: Int) throws {
    let inventory = try tools.inventory(1)
    let ssh = try tools.sshConfiguration()
    let file = tools.lab.directory + "/upload"
    let name = tools.lab.hosts[0].name
    _ = try tools.measure("/bin/sh", ["-c", "head -c \(megabytes)000000 /dev/urandom > \(file)"])
    let best = try tools.workRace([
      (
        "parallax", {},
        {
          try tools.measure(
            tools.bench, ["fleet-worker", "--hosts", inventory, "--command", "cat > uploaded", "--input", file])
        }
      ),
      ("scp", {}, { try tools.measure("/usr/bin/scp", ["-q", "-F", ssh, file, "\(name):uploaded"]) }),
    ])
    let rates = best.map { Double(megabytes) / $0.work.seconds }
    print(FleetTools.table("\(megabytes) MB to one host", best).text)
    print("\(rates[0].digits(0)) MB/s, scp \(rates[1].digits(0)) MB/s\n")
    goals = [atLeast("upload to one host, times scp's rate", rates[0] / rates[1], 1.7)]
  }
}
