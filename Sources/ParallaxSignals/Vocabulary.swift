/// The words in which services refuse, gathered from their documentation and from answers seen.
enum Vocabulary {
  /// What an error says about the reason of a refusal.
  enum Meaning: Int, Comparable {
    case authentication
    case limit
    case capacity
    case billing

    static func < (a: Meaning, b: Meaning) -> Bool { a.rawValue < b.rawValue }
  }

  /// What an error code means, whatever its spelling: `rate_limited`, `RateLimited` and `x#RateLimited` are one word.
  static func meaning(ofCode code: some StringProtocol) -> Meaning? {
    guard code.utf8.count <= 128 else { return nil }
    // AWS puts a namespace before `#` and a link behind `:`; a problem type is a URI whose last part is the word.
    let unlinked = code.firstRange(of: ":http").map { code[..<$0.lowerBound] } ?? code[...]
    let last = unlinked.lastIndex { $0 == "#" || $0 == "/" }.map { unlinked[unlinked.index(after: $0)...] }
    let head = (last ?? unlinked).prefix { $0 != ":" }
    return codes[String(head.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })]
  }

  /// What a sentence says; it must be in lower case.
  static func meaning(ofText text: some StringProtocol) -> Meaning? {
    for (meaning, phrases) in sentences where phrases.contains(where: { text.contains($0) }) { return meaning }
    return nil
  }

  private static let codes: [String: Meaning] = {
    let words: [(Meaning, String)] = [
      (
        .limit,
        """
        ratelimit ratelimited ratelimiting ratelimiterror ratelimitexceeded ratelimitreached ratelimitexception
        ratelimitexceedederror ratelimitsexceeded apiratelimitexceeded userratelimitexceeded iplimited
        toomanyrequests toomanyrequestsexception toomanyrequestserror toomanyconcurrentrequests toomanycalls
        toomanyconnections toomanyattempts throttled throttling throttlingexception throttledexception
        throttlingerror requestthrottled requestthrottledexception ec2throttledexception requestthrottlederror
        requestlimitexceeded requestlimitreached slowdown reduceyourrate provisionedthroughputexceededexception
        provisionedthroughputexceeded limitexceeded limitexceededexception servicequotaexceededexception
        bandwidthlimitexceeded resourceexhausted quotaexceeded quotaexceedederror accountquotaexceeded
        dailylimitexceeded dailylimitexceededunreg hourlylimitexceeded monthlylimitexceeded quotaexhausted
        concurrencylimitexceeded concurrentlimitexceeded concurrentrequestlimitexceeded usagelimitreached
        usagelimitexceeded usagelimits requestquotaexceeded rateexceeded throttle abuserateLimit
        abnormalusagedetected enhanceyourcalm operationabortedtoomanyrequests toomanyrequestsperminute
        complexitylimitexceeded maxrequestsexceeded requestsratelimitexceeded tokensratelimitexceeded
        serverisbusytoomanyrequests apilimitexceeded calllimitexceeded sendinglimitexceeded ratelimitedexception
        """
      ),
      (
        .capacity,
        """
        overloaded overloadederror engineoverloaded modeloverloaded serveroverloaded temporaryreducedcapacity
        capacityexceeded insufficientcapacity nocapacity serverbusy
        """
      ),
      (
        .billing,
        """
        insufficientquota billinghardlimitreached billingnotactive billinglimitreached paymentrequired
        insufficientbalance insufficientcredits insufficientcredit insufficientfunds creditbalancetoolow
        outofcredits nocredits trialexpired trialended subscriptionexpired planlimitreached billingerror
        accountoverdue arrearage
        """
      ),
      (
        .authentication,
        """
        invalidapikey invalidkey apikeyinvalid authenticationerror authenticationfailed permissiondenied
        permissionerror unauthorized unauthenticated insufficientscope insufficientpermissions accessdenied
        accessdeniedexception invalidtoken expiredtoken tokenexpired expiredtokenexception signaturedoesnotmatch
        invalidsignatureexception unrecognizedclientexception missingauthenticationtoken invalidaccesskeyid
        invalidclienttokenid accessnotconfigured invalidgrant invalidauth notauthed accountdeactivated
        """
      ),
    ]
    var table: [String: Meaning] = [:]
    for (meaning, list) in words {
      for word in list.split(whereSeparator: \.isWhitespace) { table[word.lowercased()] = meaning }
    }
    return table
  }()

  /// In the order in which they are tried: the narrower meaning first.
  private static let sentences: [(Meaning, [String])] = [
    (
      .billing,
      [
        "insufficient balance", "insufficient credit", "insufficient funds", "credit balance is too low",
        "out of credits", "check your plan and billing", "payment required", "billing hard limit", "trial has ended",
        "trial has expired", "trial ended", "no credits",
      ]
    ),
    (
      .limit,
      [
        "rate limit", "rate-limit", "ratelimit", "rate exceeded", "too many requests", "too many attempts",
        "too many connections", "too many concurrent", "too many calls", "quota exceeded", "quota has been exceeded",
        "exceeded your current quota", "exceeded your quota", "exceeded your rate", "exceeded your monthly",
        "exceeded your daily", "exceeded the number of", "exceeded the rate", "exceeded the maximum number of requests",
        "exceeded quota", "request limit", "usage limit", "api limit", "call limit", "calls limit", "daily limit",
        "hourly limit", "monthly limit", "concurrency limit", "slow down", "throttl", "reduce your request rate",
        "temporarily blocked", "temporarily banned", "temporarily limited", "abuse detection", "unusual traffic",
        "error 1015", "error code: 1015", "call frequency", "calls per", "requests per", "maximum number of requests",
        "enhance your calm", "over quota", "quota limit",
      ]
    ),
    (
      .capacity,
      ["overloaded", "at capacity", "over capacity", "high demand", "reduced capacity", "server is busy"]
    ),
    (
      .authentication,
      [
        "invalid api key", "incorrect api key", "api key not valid", "invalid token", "bad credentials",
        "invalid credentials", "not authorized", "unauthorized", "not accessible by", "missing authentication",
        "permission denied", "does not have permission", "not have access", "insufficient permission",
        "requires authentication",
      ]
    ),
  ]
}
