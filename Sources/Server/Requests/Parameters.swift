import JSON

/// The parameters of requests by name: those that are read, those that do not change an answer, and those that this server lacks.
///
/// A parameter that would change the answer is never passed over: it is refused by name unless its value asks for what is done anyway.
struct Parameters: Sendable {
  /// Names that are read.
  private let read: Set<String>

  /// Names that are lacking, with the values that ask for nothing else than what is done.
  private let lacking: [String: [JSONValue]]

  /// Names of OpenAI's and vLLM's that say something about the request, and nothing about the answer.
  private static let idle: Set = [
    "cache_salt", "metadata", "priority", "prompt_cache_key", "prompt_cache_retention", "request_id", "safety_identifier", "service_tier",
    "store", "user",
  ]

  /// Throws where a member is neither read nor idle.
  func check(_ fields: RequestFields) throws(ServerError) {
    for member in fields.members.members where member.value != .null && !read.contains(member.key) && !Self.idle.contains(member.key) {
      guard let neutral = lacking[member.key] else {
        throw fields.unknown(member.key, known: read.union(Self.idle).union(lacking.keys))
      }
      guard neutral.contains(member.value) else { throw fields.unsupported(member.key, "this server does not support it") }
    }
  }

  static let completions = Parameters(
    read: shared.union(["best_of", "echo", "logprobs", "max_tokens", "prompt"]),
    lacking: lackingAnywhere.merging(["add_special_tokens": [.boolean(true)], "suffix": [.string("")]]) { $1 })

  static let chat = Parameters(
    read: shared.union([
      "add_generation_prompt", "chat_template_kwargs", "continue_final_message", "function_call", "logprobs", "max_completion_tokens",
      "max_tokens", "messages", "modalities", "tool_choice", "top_logprobs",
    ]),
    lacking: lackingAnywhere.merging([
      "add_special_tokens": off, "audio": empty, "chat_template": empty, "documents": empty, "echo": off, "functions": empty,
      "mm_processor_kwargs": empty, "parallel_tool_calls": off + [.boolean(true)], "prediction": empty, "reasoning_effort": empty,
      "tools": empty, "verbosity": empty, "web_search_options": [],
    ]) { $1 })

  static let streamOptions = Parameters(
    read: ["include_usage"], lacking: ["continuous_usage_stats": off, "include_obfuscation": off + [.boolean(true)]])

  static let tokenizedPrompt = Parameters(
    read: ["add_special_tokens", "model", "prompt", "return_token_strs"], lacking: [:])

  static let tokenizedChat = Parameters(
    read: [
      "add_generation_prompt", "add_special_tokens", "chat_template_kwargs", "continue_final_message", "messages", "model",
      "return_token_strs",
    ],
    lacking: ["chat_template": empty, "mm_processor_kwargs": empty, "tools": empty])

  static let detokenized = Parameters(read: ["model", "tokens"], lacking: [:])

  private static let shared: Set = [
    "min_p", "model", "n", "repetition_penalty", "response_format", "seed", "stop", "stop_token_ids", "stream", "stream_options",
    "temperature", "top_k", "top_p",
  ]

  private static let off: [JSONValue] = [.boolean(false)]
  private static let on: [JSONValue] = [.boolean(true)]
  private static let zero: [JSONValue] = [.integer(0), .number(0)]
  private static let one: [JSONValue] = [.integer(1), .number(1)]
  private static let empty: [JSONValue] = [.string(""), .array([]), .object(JSONObject())]

  private static let lackingAnywhere: [String: [JSONValue]] = [
    "allowed_token_ids": empty, "bad_words": empty, "early_stopping": off, "frequency_penalty": zero, "guided_choice": empty,
    "guided_decoding_backend": empty, "guided_grammar": empty, "guided_json": empty, "guided_regex": empty,
    "guided_whitespace_pattern": empty, "ignore_eos": off, "include_stop_str_in_output": off, "kv_transfer_params": empty,
    "length_penalty": one, "logit_bias": empty, "logits_processors": empty, "min_tokens": zero, "presence_penalty": zero,
    "prompt_logprobs": [], "return_token_ids": off, "return_tokens_as_token_ids": off, "skip_special_tokens": on,
    "spaces_between_special_tokens": on, "structural_tag": empty, "structured_outputs": empty, "thinking_token_budget": [],
    "truncate_prompt_tokens": [], "use_beam_search": off, "vllm_xargs": empty,
  ]
}
