internal import ParallaxModel

/// What a stage wants: something done, or to hand over its result.
enum Move<Result> {
  case perform(Directive, label: String)
  case done(Result)
}
