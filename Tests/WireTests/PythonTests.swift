import Digests
import Foundation
import Testing
import Wire

/// The interpreter that `EMPO_PYTHON` names, or `python3`.
let python = ProcessInfo.processInfo.environment["EMPO_PYTHON"] ?? "python3"

/// Runs the interpreter and says how it ended and what it printed.
func runPython(_ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = try startPython(arguments)
  return try finish(process)
}

func startPython(_ arguments: [String]) throws -> (process: Process, pipe: Pipe) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [python] + arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  return (process, pipe)
}

func finish(_ running: (process: Process, pipe: Pipe)) throws -> (status: Int32, output: String) {
  let data = try running.pipe.fileHandleForReading.readToEnd() ?? Data()
  running.process.waitUntilExit()
  return (running.process.terminationStatus, String(decoding: data, as: UTF8.self))
}

/// What keeps the second implementation from running here.
let pythonLacks: String? = {
  guard let found = try? runPython(["-c", "import msgpack, zmq"]) else { return "\(python) cannot be started" }
  return found.status == 0 ? nil : "\(python) lacks msgpack or pyzmq; EMPO_PYTHON can name another interpreter"
}()

private let client = repository.appending(path: "scripts/checks/wire_client.py").path

@Suite(.enabled(if: pythonLacks == nil, Comment(rawValue: pythonLacks ?? "")), .timeLimit(.minutes(15))) struct PythonTests {
  @Test("Second implementation rewrites every vector") func secondImplementationRewritesEveryVector() throws {
    let run = try runPython([client, "golden"])
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("\(samples.count) golden vectors checked, 0 failures"))
  }

  @Test("Second implementation joins and fetches weights") func secondImplementationJoinsAndFetchesWeights() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    var welcome = sampleWelcome
    welcome.publisher = learner.publisher
    let weights = [UInt8](repeating: 9, count: Int(welcome.manifest.totalBytes))
    let running = try startPython([client, "worker", learner.endpoint, "--name", "snake"])
    var said: [WorkerMessage] = []
    while said.last != .goodbye, let input = try learner.receive(timeoutMilliseconds: 20_000) {
      guard case .message(let message, let peer) = input else {
        Issue.record("\(input)")
        break
      }
      #expect(peer == Peer("snake"))
      said.append(message)
      switch message {
      case .hello: #expect(try learner.send(.welcome(welcome), to: peer) == .sent)
      case .weightsRequest(let version, _, _):
        let frame = WeightFrame(WeightBytes(weights), policyVersion: version, manifest: welcome.manifest)
        for index in 0..<frame.chunkCount { #expect(try learner.send(.weights(frame.chunk(index)), to: peer) == .sent) }
      default: break
      }
    }
    let run = try finish(running)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("run first-light, policy version 0, 8320 bytes in 3 chunks"))
    let introduction = Hello(worker: "snake", software: "wire_client.py", fingerprint: "none", credits: 0)
    #expect(said == [.hello(introduction), .weightsRequest(policyVersion: 0, chunks: []), .goodbye])
  }

  @Test func `Second implementation fetches base weights and compares them with their digest`() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let base = (0..<300).map { UInt8(truncatingIfNeeded: $0 / 2) }
    var welcome = sampleWelcomeToAdapters
    welcome.publisher = learner.publisher
    let manifest = WeightManifest(elementType: .bfloat16, parameters: [], totalBytes: 300, chunkBytes: 2)
    welcome.baseWeights = BaseDescription(manifest: manifest, sha256: SHA256.hexadecimalDigest(of: base))
    let frames = [
      WeightFrame(WeightBytes([UInt8](repeating: 9, count: 256)), policyVersion: 5, manifest: welcome.manifest),
      WeightFrame(WeightBytes(base), policyVersion: BaseDescription.version, manifest: manifest),
    ]
    let running = try startPython([client, "worker", learner.endpoint, "--name", "snake"])
    var requests = 0
    while let input = try learner.receive(timeoutMilliseconds: 20_000), case .message(let message, let peer) = input, message != .goodbye {
      if case .hello = message { #expect(try learner.send(.welcome(welcome), to: peer) == .sent) }
      guard case .weightsRequest(let version, nil, let chunks) = message else { continue }
      requests += 1
      let frame = try #require(frames.first { $0.policyVersion == version })
      let asked = chunks.isEmpty ? Array(0..<frame.chunkCount) : chunks.map(Int.init)
      for index in asked.prefix(64) { #expect(try learner.send(.weights(frame.chunk(index)), to: peer) == .sent) }
    }
    let run = try finish(running)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("base weights of SHA-256 \(SHA256.hexadecimalDigest(of: base)) in 150 chunks"))
    #expect(requests == 4)
  }

  @Test("Second implementation reports a refusal") func secondImplementationReportsARefusal() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let running = try startPython([client, "worker", learner.endpoint])
    guard case .message(.hello, let peer) = try learner.receive(timeoutMilliseconds: 20_000) else {
      Issue.record("no hello")
      return
    }
    #expect(try learner.send(.refuse(Refusal(code: .full, reason: "no room")), to: peer) == .sent)
    let run = try finish(running)
    #expect(run.status == 1)
    #expect(run.output.contains("refused: no room"))
  }

  /// Ours sends weights in two frames. Another make may send one, or what is neither.
  @Test("Weights come in one frame or two and nothing else does") func weightsComeInOneFrameOrTwoAndNothingElseDoes() throws {
    let chunk = WeightFrame(WeightBytes([1, 2, 3]), policyVersion: 4, base: 3, manifest: WeightManifest(parameters: [], totalBytes: 8))
      .chunk(0)
    let message = try LearnerMessage.weights(chunk).encoded()
    let head = message.count - 3
    let script = """
      import sys, zmq
      context = zmq.Context()
      router = context.socket(zmq.ROUTER)
      print(router.bind_to_random_port("tcp://127.0.0.1"), flush=True)
      name = router.recv_multipart()[0]
      whole, cut = bytes.fromhex(sys.argv[1]), int(sys.argv[2])
      router.send_multipart([name, whole])
      router.send_multipart([name, whole[:cut], whole[cut:]])
      router.send_multipart([name, whole[:cut], whole[cut:-1]])
      router.send_multipart([name, whole[:cut - 1], whole[cut - 1:]])
      router.send_multipart([name, whole, b""])
      router.send_multipart([name, whole[:cut], whole[cut:], b""])
      router.send_multipart([name, bytes([0x91, 71])])
      router.close(5000)
      context.term()
      """
    let running = try startPython(["-c", script, message.map { String(format: "%02x", $0) }.joined(), "\(head)"])
    let port = String(decoding: running.pipe.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
    let worker = try ZeroMQWorkerTransport(connecting: "tcp://127.0.0.1:\(port)", worker: "w")
    #expect(try worker.send(.goodbye) == .sent)
    var inputs: [WorkerInput] = []
    // A wait may end early, when the connection stands.
    for _ in 0..<20 where inputs.last != .message(.finish) {
      if let input = try worker.receive(timeoutMilliseconds: 20_000) { inputs.append(input) }
    }
    #expect(inputs.prefix(2) == [.message(.weights(chunk)), .message(.weights(chunk))])
    #expect(inputs.count == 7)
    #expect(inputs.dropFirst(2).dropLast().allSatisfy { if case .malformed = $0 { true } else { false } }, "\(inputs)")
    #expect(inputs.last == .message(.finish))
    #expect(try finish(running).status == 0)
  }

  /// Only a client of another make sends this: ours refuses first. libzmq closes its connection at the frame's header.
  @Test("An oversized frame never arrives") func anOversizedFrameNeverArrives() throws {
    let learner = try ZeroMQLearnerTransport(listen: "tcp://127.0.0.1:*")
    let script = """
      import sys, zmq
      context = zmq.Context()
      large, small = context.socket(zmq.DEALER), context.socket(zmq.DEALER)
      large.setsockopt(zmq.ROUTING_ID, b"large")
      small.setsockopt(zmq.ROUTING_ID, b"small")
      large.connect(sys.argv[1])
      large.send(b"\\x91\\x06")
      large.send(bytes(int(sys.argv[2])))
      small.connect(sys.argv[1])
      small.send_multipart([b"", b"\\x91\\x06"])
      small.send(b"\\x91\\x06")
      small.close(2000)
      large.close(0)
      context.term()
      """
    let running = try startPython(["-c", script, learner.endpoint, "\(Limits.workerMessageBytes + 1)"])
    var inputs: [LearnerInput] = []
    while inputs.last != .message(.goodbye, from: Peer("small")), let input = try learner.receive(timeoutMilliseconds: 20_000) {
      inputs.append(input)
    }
    #expect(try finish(running).status == 0)
    #expect(inputs.contains(.malformed(Peer("small"), reason: "2 frames after the identity, expected 1")))
    #expect(inputs.last == .message(.goodbye, from: Peer("small")))
    #expect(inputs.allSatisfy { if case .malformed(Peer("large"), _) = $0 { false } else { true } })
  }
}
