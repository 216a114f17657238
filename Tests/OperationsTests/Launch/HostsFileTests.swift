import Operations
import TestSupport
import Testing

@Suite("Hosts file")
struct HostsFileTests {
  static let learner = "learner: {host: a}\n"

  @Test("Defaults hold for every host, and a host's own words win")
  func defaults() throws {
    let hosts = try HostsFile(
      text: """
        empo: /opt/empo
        ssh: {user: u, port: 2222, identity: keys/id, options: [ProxyJump=gate]}
        environment: {A: "1", B: two}
        learner:
          host: a.example
          run: runs/x
        workers:
          - host: b.example
            count: 2
            threads: 3
            ssh: {user: v}
            environment: {B: 3}
        """, file: "here/hosts.yaml")
    let learner = hosts.learner.host
    #expect(learner.user == "u" && learner.port == 2222 && learner.empo == "/opt/empo" && learner.options == ["ProxyJump=gate"])
    #expect(learner.identity?.hasSuffix("/here/keys/id") == true)
    #expect(hosts.learner.listen == "tcp://0.0.0.0:5555" && hosts.learner.run == "runs/x" && !hosts.learner.isInsecure)
    #expect(hosts.workers.map(\.name) == ["b.example-1", "b.example-2"])
    #expect(hosts.workers[0].host.user == "v" && hosts.workers[0].host.port == 2222)
    #expect(hosts.workers[0].host.environment == ["A": "1", "B": "3"])
    #expect(hosts.restartBudget == 10 && hosts.hosts.count == 2)
  }

  @Test("Workers of one host in two entries have different names, and the place of a name in a key is filled")
  func names() throws {
    let hosts = try HostsFile(
      text: """
        learner: {host: a, key: l.key, authorized: workers}
        workers: [{host: b, key: w, learner_key: l}, {host: b, key: "k/{worker}.key", learner_key: l}, {host: c, name: mine, key: w, learner_key: l}]
        """, file: "hosts.yaml")
    #expect(hosts.workers.map(\.name) == ["b-1", "b-2", "mine"])
    #expect(hosts.workers[1].key == "k/b-2.key")
  }

  @Test("A learner that workers reach at loopback listens there; IPv6 addresses are bracketed")
  func addresses() throws {
    let near = try HostsFile(text: "learner: {host: 127.0.0.1, port: 0}", file: "hosts.yaml")
    #expect(near.learner.listen == "tcp://127.0.0.1:0")
    let far = try HostsFile(text: "learner: {host: a, reached_at: \"fd00::1\", listen: \"::\"}\nworkers: [{host: b}]", file: "hosts.yaml")
    #expect(far.learner.listen == "tcp://[::]:5555")
    #expect(far.workerArguments(0, port: "7").starts(with: ["worker", "--connect", "tcp://[fd00::1]:7", "--name", "b-1"]))
  }

  @Test("Keys and freedoms become arguments; a learner that has listened listens there again")
  func arguments() throws {
    let hosts = try HostsFile(
      text: """
        learner: {host: a, key: l.key, authorized: workers}
        workers: [{host: b, threads: 2, nice: 5, memory: 4GB, key: w.key, learner_key: l.pub}]
        """, file: "hosts.yaml")
    #expect(
      hosts.learnerArguments(run: "r", isFirst: true).dropLast(3) == [
        "learner", "--run", "r", "--listen", "tcp://0.0.0.0:5555", "--key", "l.key", "--authorized", "workers",
      ])
    #expect(!hosts.learnerArguments(run: "r", isFirst: false).contains("--listen"))
    let open = try HostsFile(text: "learner: {host: a, insecure: true}", file: "hosts.yaml")
    #expect(open.learnerArguments(run: "r", isFirst: true).contains("--insecure"))
    #expect(
      hosts.workerArguments(0, port: "5").dropLast(3) == [
        "worker", "--connect", "tcp://a:5", "--name", "b-1", "--threads", "2", "--nice", "5", "--memory", "4GB", "--key", "w.key",
        "--learner-key", "l.pub",
      ])
  }

  @Test(
    "What cannot be used is told with its line",
    arguments: [
      ("", "hosts.yaml: found nothing"), ("[]", "hosts.yaml line 1"), ("workers: []", "there is no learner"),
      ("learner: a", "line 1: learner: found \"a\", expected a mapping"),
      ("learner:\n  port: 1", "line 2: learner: there is no host"),
      ("learner:\n  host: a\n  prot: 1", "line 3: learner: unknown key \"prot\": expected ssh, empo"),
      ("learner:\n  host: -oProxyCommand=x", "line 2: learner: host: found \"-oProxyCommand=x\""),
      ("learner:\n  host: u@a", "expected a name or an address without user and port"),
      ("learner: {host: a}\nworkers:\n- host: b\n  count: 0", "line 4: workers 1: count: found \"0\", expected a number from 1 to 256"),
      ("learner: {host: a}\nworkers:\n- host: b\n  threads: 1e9", "threads: found \"1e9\""),
      ("learner: {host: a}\nworkers:\n- host: b\n  nice: 20", "line 4: workers 1: nice: found \"20\", expected a number from 0 to 19"),
      (
        "learner: {host: a}\nworkers:\n- host: b\n  memory: 4 gigs", "line 4: workers 1: memory: found \"4 gigs\", expected none, or a size"
      ),
      ("learner: {host: a}\nworkers:\n- {host: b, name: x}\n- {host: c, name: x}", "line 4: workers 2: name: \"x\" is another worker's"),
      ("learner: {host: a}\nworkers: {host: b}", "line 2: workers: found a mapping, expected a list of mappings"),
      ("learner: {host: a}\nssh: {port: 70000}", "line 2: ssh: port: found \"70000\""),
      ("learner: {host: a}\nssh: {user: -x}", "user: found \"-x\""),
      ("learner: {host: a}\nssh: {options: [-v]}", "options: found \"-v\", expected Name=value"),
      ("learner: {host: a}\nenvironment: {\"A B\": 1}", "environment: found \"A B\""),
      ("learner: {host: a, insecure: yes}", "insecure: found \"yes\", expected true or false"),
      ("learner: {host: a, run: [1]}", "run: found a list, expected a path"),
      ("learner: {host: a, run: -rf}", "run: found \"-rf\""), ("learner: {host: a}\nlearner: {host: b}", "more than one learner"),
      ("learner: {host: a, key: k, authorized: w, insecure: true}", "expected one of them"),
      ("learner: {host: a, key: k}", "key and authorized belong together"),
      ("learner: {host: a}\nworkers: [{host: b, key: k, learner_key: l}]", "worker b-1: expected key and learner_key where"),
      (
        "learner: {host: a, key: k, authorized: w}\nworkers: [{host: b, count: 2, key: k, learner_key: l}]",
        "worker b-2: k is another worker's already"
      ), ("learner: {host: a}\nworkers: [{host: b, name: -x}]", "name: found \"-x\""),
      ("learner: {host: a", "not YAML"), ("a: &a [*a]", "not YAML"),
    ])
  func errors(text: String, message: String) throws {
    do {
      _ = try HostsFile(text: text, file: "hosts.yaml")
      Issue.record("read without an error")
    } catch {
      #expect("\(error)".hasPrefix("hosts.yaml") && "\(error)".contains(message), "\(error)")
    }
  }

  @Test("The example that ships is read")
  func example() throws {
    let hosts = try HostsFile(contentsOf: TestFiles.package("cluster/hosts.yaml"))
    #expect(hosts.workers.map(\.name) == ["learner.example-1", "big.example-1", "big.example-2", "old.example-1"])
  }

  @Test("A command line for another host's shell keeps every argument whole")
  func quoting() throws {
    let hosts = try HostsFile(text: "empo: /o p/empo\nenvironment: {A: \"x y\"}\n" + Self.learner, file: "hosts.yaml")
    let host = hosts.learner.host
    #expect(host.command(["learner", "--run", "a'b"]) == "env 'A=x y' '/o p/empo' learner --run 'a'\\''b'")
    let arguments = host.sshArguments(running: "exit 3")
    #expect(arguments.contains("BatchMode=yes") && arguments.suffix(3) == ["--", "a", "sh -c 'exit 3\nexit $?'"])
  }
}
