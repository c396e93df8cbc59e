/// Events in the order of their times; those at one time in the order in which they were added. A binary heap.
struct EventQueue<Event: Sendable>: Sendable {
  private struct Entry: Sendable {
    var time: Double
    var number: Int
    var event: Event

    func comesBefore(_ other: Entry) -> Bool {
      time != other.time ? time < other.time : number < other.number
    }
  }

  private var heap: [Entry] = []
  private var added = 0

  /// The time of the next event; infinite when there is none.
  var nextTime: Double { heap.first?.time ?? .infinity }

  mutating func add(_ event: Event, at time: Double) {
    heap.append(Entry(time: time, number: added, event: event))
    added += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].comesBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popFirst() -> (time: Double, event: Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return (first.time, first.event) }
    heap[0] = last
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child + 1].comesBefore(heap[child]) { child += 1 }
      guard heap[child].comesBefore(heap[parent]) else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return (first.time, first.event)
  }
}
