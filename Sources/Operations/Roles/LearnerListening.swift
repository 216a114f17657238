import Files
import Foundation
package import Runs
package import Wire

/// Binds the learner's sockets, and writes the addresses down for workers of this host and for later learners.
package struct LearnerListening: Sendable {
  /// `endpoints.json`.
  package var file: String
  /// Where to listen, from the command line.
  package var listen: String?
  /// Where to listen otherwise.
  package var configuration: RunConfiguration.Learner
  /// Who is let in.
  package var access: LearnerAccess
  /// The longest message of a worker, see `WorkerMessageSize`.
  package var maximumMessageBytes: Int

  /// How long to wait for the ports of an earlier learner: the system may take a moment to release them.
  private static let patience = 3.0

  /// Binds: where the command line says, else where the run's last learner listened, else where the configuration says.
  package func transport() throws -> any LearnerTransport {
    let known = listen == nil ? RunEndpoints(file: file) : nil
    let credentials = try access.credentials()
    let end = ContinuousClock.now + .seconds(Self.patience)
    while true {
      do {
        let transport = try ZeroMQLearnerTransport(
          listen: known?.learner ?? wanted, publish: known?.publisher ?? publish, insecure: access.isInsecure,
          credentials: credentials, maximumMessageBytes: maximumMessageBytes)
        let endpoints = RunEndpoints(listeningAt: transport.endpoint, publisher: transport.publisher)
        try DurableFile.replace(file, with: endpoints.encoded())
        return transport
      } catch let error as WireError where error.code == .addressInUse && known != nil && .now < end {
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  private var wanted: String {
    if let listen { return listen }
    switch configuration.listen {
    case .automatic: return "tcp://127.0.0.1:*"
    case .endpoint(let endpoint): return endpoint
    }
  }

  private var publish: String? {
    switch configuration.publish {
    case .automatic: nil
    case .endpoint(let endpoint): endpoint
    }
  }
}
