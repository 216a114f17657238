import CZeroMQ
import Glibc

/// Owns one libzmq socket and its last received frame. Belongs to one thread.
@safe final class ZeroMQSocket {
  enum Kind {
    case router, dealer, publish, subscribe, reply, pair

    fileprivate var number: Int32 {
      switch self {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      // Unlike a plain publisher's, its subscriptions can be read, and so the connections that they come over.
      case .publish: ZMQ_XPUB
      case .subscribe: ZMQ_SUB
      case .reply: ZMQ_REP
      case .pair: ZMQ_PAIR
      }
    }
  }

  let pointer: UnsafeMutableRawPointer
  let frame: UnsafeMutablePointer<zmq_msg_t>
  private let context: ZeroMQContext

  init(_ kind: Kind, in context: ZeroMQContext) throws(WireError) {
    guard let created = unsafe zmq_socket(context.pointer, kind.number) else {
      throw zeroMQError("cannot create a \(kind) socket")
    }
    unsafe pointer = created
    self.context = context
    unsafe frame = .allocate(capacity: 1)
    unsafe frame.initialize(to: zmq_msg_t())
    _ = unsafe zmq_msg_init(frame)
  }

  deinit {
    _ = unsafe zmq_msg_close(frame)
    unsafe frame.deallocate()
    _ = unsafe zmq_close(pointer)
  }

  // MARK: Options

  func set(_ option: Int32, _ value: Int) {
    var number = Int32(clamping: value)
    let status = unsafe zmq_setsockopt(pointer, option, &number, MemoryLayout<Int32>.size)
    precondition(status == 0, "libzmq knows option \(option)")
  }

  /// The largest frame a peer may send; a peer that announces more is disconnected before anything is allocated.
  func setMaximumFrame(_ bytes: Int) {
    var number = Int64(bytes)
    let status = unsafe zmq_setsockopt(pointer, ZMQ_MAXMSGSIZE, &number, MemoryLayout<Int64>.size)
    precondition(status == 0, "libzmq knows ZMQ_MAXMSGSIZE")
  }

  func set(_ option: Int32, _ text: String) throws(WireError) {
    let bytes = Array(text.utf8)
    guard unsafe zmq_setsockopt(pointer, option, bytes, bytes.count) == 0 else {
      throw zeroMQError("cannot set option \(option) to \(text.debugDescription)")
    }
  }

  // MARK: Ends

  /// Binds, and returns the endpoint with its actual port.
  func bind(_ endpoint: Endpoint) throws(WireError) -> Endpoint {
    // libzmq resolves no names when it binds.
    let endpoint = endpoint.host == "localhost" ? Endpoint(host: "127.0.0.1", port: endpoint.port) : endpoint
    if endpoint.isIPv6 { set(ZMQ_IPV6, 1) }
    guard unsafe zmq_bind(pointer, endpoint.description) == 0 else {
      if zmq_errno() == EADDRINUSE {
        throw WireError(
          .addressInUse, "cannot bind \(endpoint): the address is in use; stop the process that holds it, or choose another port")
      }
      if zmq_errno() == ENODEV {
        throw WireError(
          .address, "cannot bind \(endpoint): expected an address or a network interface of this host, such as tcp://127.0.0.1:5555")
      }
      throw zeroMQError("cannot bind \(endpoint)", zmq_errno() == EACCES ? .system : .address)
    }
    var bytes = [CChar](repeating: 0, count: 256)
    var count = bytes.count
    guard unsafe zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, &bytes, &count) == 0 else {
      throw zeroMQError("cannot read the port of \(endpoint)")
    }
    return try Endpoint(String(decoding: bytes.prefix(max(0, count - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  func unbind(_ endpoint: Endpoint) {
    _ = unsafe zmq_unbind(pointer, endpoint.description)
  }

  func connect(_ endpoint: Endpoint) throws(WireError) {
    if endpoint.isIPv6 { set(ZMQ_IPV6, 1) }
    guard unsafe zmq_connect(pointer, endpoint.description) == 0 else {
      throw zeroMQError("cannot connect to \(endpoint)", .address)
    }
  }

  func disconnect(_ endpoint: Endpoint) {
    _ = unsafe zmq_disconnect(pointer, endpoint.description)
  }

  // MARK: Frames

  /// Hands a frame to the socket, which copies it. Never blocks.
  func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) throws(WireError) -> Delivery {
    let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
    var isFresh = false
    while true {
      if unsafe zmq_send(pointer, bytes.baseAddress, bytes.count, flags) >= 0 { return .sent }
      switch zmq_errno() {
      case EINTR: continue
      case EAGAIN:
        guard !isFresh else { return .congested }
        freshen()
        isFresh = true
      case EHOSTUNREACH: return .unreachable
      default: throw zeroMQError("cannot send")
      }
    }
  }

  /// Processes the commands that libzmq's threads have sent to the socket. A sender that never polls notices only every millisecond that
  /// its queue was emptied; asking for the socket's events makes it look at once.
  private func freshen() {
    var events: Int32 = 0
    var count = MemoryLayout<Int32>.size
    _ = unsafe zmq_getsockopt(pointer, ZMQ_EVENTS, &events, &count)
  }

  /// Hands a frame to the socket, which copies it. Never blocks.
  func send(_ bytes: [UInt8], more: Bool) throws(WireError) -> Delivery {
    try unsafe bytes.span.withUnsafeBytes { (buffer) throws(WireError) in try unsafe send(buffer, more: more) }
  }

  /// Takes the next frame, if one is there.
  func receive() throws(WireError) -> Bool {
    while true {
      if unsafe zmq_msg_recv(frame, pointer, ZMQ_DONTWAIT) >= 0 { return true }
      switch zmq_errno() {
      case EINTR: continue
      case EAGAIN: return false
      default: throw zeroMQError("cannot receive")
      }
    }
  }

  /// Whether the message has a frame after the last received one.
  var hasMore: Bool {
    var more: Int32 = 0
    var count = MemoryLayout<Int32>.size
    return unsafe zmq_getsockopt(pointer, ZMQ_RCVMORE, &more, &count) == 0 && more != 0
  }

  /// The last received frame, where libzmq left it.
  var received: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get {
      let count = unsafe zmq_msg_size(frame)
      let start = unsafe zmq_msg_data(frame)
      let buffer = unsafe UnsafeRawBufferPointer(start: start, count: count).assumingMemoryBound(to: UInt8.self)
      return unsafe _overrideLifetime(Span(_unsafeElements: buffer), borrowing: self)
    }
  }

  /// The descriptor of the connection over which the last received frame came; -1 where it is not known.
  var receivedDescriptor: Int32 { unsafe zmq_msg_get(frame, ZMQ_SRCFD) }

  /// Drops the rest of a message, and returns its number of frames.
  func dropRest() throws(WireError) -> Int {
    var count = 0
    while hasMore, try receive() { count += 1 }
    return count
  }

  /// Waits until one of the sockets has a message or the bell is rung.
  static func poll(_ sockets: [ZeroMQSocket], _ wake: Wake, timeoutMilliseconds: Int) throws(WireError) {
    var items = unsafe [zmq_pollitem_t]()
    unsafe items.append(zmq_pollitem_t(socket: nil, fd: wake.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    for socket in sockets {
      unsafe items.append(zmq_pollitem_t(socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
    }
    let status = unsafe zmq_poll(&items, Int32(sockets.count + 1), max(-1, timeoutMilliseconds))
    guard status >= 0 || zmq_errno() == EINTR else { throw zeroMQError("cannot poll") }
  }
}
