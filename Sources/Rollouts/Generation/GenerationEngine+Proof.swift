extension GenerationEngine {
  /// The first difference of each sample from what its request gives, or nil where it is the same to the bit.
  ///
  /// The samples' tokens are followed, many at a time, instead of being sampled one after another; the result is as certain as sampling
  /// again, since a row of the model doesn't depend on its batch. Nothing else may be queued.
  /// - Parameters:
  ///   - groups: The samples of each request, as many as it asks for. [requests][G]
  ///   - requests: Requests within the ``limits``.
  /// - Returns: [requests][G]
  public func differences(_ groups: [[Sample]], from requests: [GenerationRequest]) -> [[SampleDifference?]] {
    precondition(groups.count == requests.count)
    let following = zip(requests, groups).map { request, samples in
      var request = request
      request.given = samples.map(\.tokens)
      return request
    }
    return zip(groups, generate(following)).map { samples, expected in
      zip(samples, expected).map { SampleDifference($0, expected: $1) }
    }
  }
}
