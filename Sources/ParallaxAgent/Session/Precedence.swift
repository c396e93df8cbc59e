internal import Glibc

/// The agent's place before other processes, where the host permits it (root does): what waits for a processor is sent
/// late. Where it is not permitted, records say how late they were.
enum Precedence {
  /// Requests per second up to which the agent sleeps nearly all the time, so that nobody else feels it.
  private static let modestRate = 10_000.0

  /// For the calling thread and those that it starts.
  static func take() { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10) }

  /// Real time for the calling thread, if a plan of that rate leaves the processor to others: measured with sixteen
  /// processes waiting for two processors, sends at 1,000/s are late by 0.09 ms at p99 instead of 11 ms. The kernel
  /// keeps a share of every processor from such threads whatever they do.
  static func takeRealTime(rate: Double) {
    guard rate <= modestRate else { return }
    var parameters = sched_param()
    parameters.sched_priority = sched_get_priority_min(SCHED_RR)
    sched_setscheduler(0, SCHED_RR, &parameters)
  }
}
