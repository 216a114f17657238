package import Foundation

/// Where a run's learner can be reached: `endpoints.json` in the run folder, which the learner writes once it listens.
///
/// A restarted learner listens at the same ports, so that workers find it again.
package struct RunEndpoints: Codable, Sendable, Equatable {
  /// The file's name in the run folder.
  package static let fileName = "endpoints.json"

  /// What workers connect to.
  package var learner: String

  /// Where weights are published.
  package var publisher: String

  /// Creates endpoints.
  package init(learner: String, publisher: String) {
    self.learner = learner
    self.publisher = publisher
  }

  /// Endpoints as a transport reports them: a publisher `tcp://*:PORT` is another port of the listening host.
  package init(listeningAt learner: String, publisher: String) {
    let anywhere = "tcp://*:"
    let isBeside = publisher.hasPrefix(anywhere) && !learner.hasPrefix(anywhere)
    let host = learner.prefix(through: learner.lastIndex(of: ":") ?? learner.startIndex)
    self.init(learner: learner, publisher: isBeside ? String(host + publisher.dropFirst(anywhere.count)) : publisher)
  }

  /// Reads the file; nil while there is none, or none that can be read.
  package init?(file path: String) {
    guard let data = FileManager.default.contents(atPath: path), let found = try? JSONDecoder().decode(Self.self, from: data) else {
      return nil
    }
    self = found
  }

  /// The file's content.
  package func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The address for a worker on the learner's own host. An address that stands for every interface cannot be connected to, so loopback
  /// takes its place.
  package var local: String {
    for everywhere in ["tcp://0.0.0.0:", "tcp://*:", "tcp://[::]:"] where learner.hasPrefix(everywhere) {
      return "tcp://127.0.0.1:" + learner.dropFirst(everywhere.count)
    }
    return learner
  }
}
