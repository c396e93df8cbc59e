internal import ParallaxStore
internal import Synchronization

/// Holds the journal from the moment the run opens it: it exists only once it is known which hosts take part.
final class JournalBox: Sendable {
  private let journal = Mutex<RunJournal?>(nil)

  func set(_ opened: RunJournal) { journal.withLock { $0 = opened } }

  var value: RunJournal? { journal.withLock { $0 } }
}
