#!/usr/bin/env python3
"""Checks `empo serve` with the openai package and with lm_eval.

  check_server.py EMPO MODEL_FOLDER      EMPO is the executable

Starts servers on free ports, prints a line for each check, and exits 1 if anything differs. Where torch is
installed, lm_eval runs the same tasks on transformers as well, and every log-likelihood and continuation is compared.
"""

import asyncio
import contextlib
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

# Nothing here needs the network, and lm_eval must not wait for it.
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "LMEVAL_LOG_LEVEL": "WARNING"}
SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="empo-server-"))
os.environ["HF_DATASETS_CACHE"] = str(SCRATCH / "datasets")

import openai  # noqa: E402

TASKS = pathlib.Path(__file__).resolve().parent / "lm_eval_tasks"
# Two float32 implementations add in different orders; a wrong token or offset makes a far larger difference.
TOLERANCE = 2e-3
CONCURRENT = 100
TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:"
PROMPT = "Q: What is 7 times 8?\nA:"

failures = 0


def tell(is_right, what):
    global failures
    failures += not is_right
    print(("right    " if is_right else "WRONG    ") + what, flush=True)


def skip(what):
    print("skipped  " + what, flush=True)


class Server:
    """`empo serve` on a free port, until the block ends."""

    def __init__(self, empo, model, *options):
        self.command = [str(empo), "serve", "--model", str(model), "--port", "0", *options]

    def __enter__(self):
        self.log = open(SCRATCH / f"serve-{time.time_ns()}.log", "w+")
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        killer = threading.Timer(600, self.process.kill)
        killer.start()
        self.url = None
        for line in self.process.stdout:
            if found := re.search(r"(http://\S+)", line):
                self.url = found.group(1)
                break
        killer.cancel()
        if not self.url:
            self.process.wait()
            raise SystemExit(f"check_server.py: error: {' '.join(self.command)} ended with {self.process.returncode}: {self.text()}")
        # The rest of its output is read, too, so that it never waits for a reader.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.address = ("127.0.0.1", int(self.url.rsplit(":", 1)[1]))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.status = self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.status = "killed: it did not end within 20 s"
        self.log.close()

    def text(self):
        return pathlib.Path(self.log.name).read_text()

    def client(self, key="none", **options):
        return openai.OpenAI(base_url=self.url + "/v1", api_key=key, max_retries=0, timeout=300, **options)

    def raw(self, body, path="/v1/completions", method="POST"):
        """A request as it is; returns the status and the body."""
        request = urllib.request.Request(self.url + path, data=body, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def folder_with_template(model):
    """The model folder, or links to its files beside a chat template where it has none."""
    settings = model / "tokenizer_config.json"
    if (model / "chat_template.jinja").exists() or (settings.exists() and "chat_template" in json.loads(settings.read_text())):
        return model
    folder = SCRATCH / "model"
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).symlink_to(file.resolve())
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return folder


def check_models(server, client):
    models = client.models.list().data
    tell(len(models) == 1 and models[0].object == "model", f"models.list: {[m.id for m in models]}")
    name = models[0].id
    tell(client.models.retrieve(name).id == name, f"models.retrieve({name!r})")
    tell(server.raw(None, "/health", "GET")[0] == 200, "GET /health")
    return name


def check_completions(client, name):
    def create(**options):
        return client.completions.create(**{"model": name, "prompt": PROMPT, "max_tokens": 12, **options})

    greedy = create(temperature=0, logprobs=5)
    choice, told = greedy.choices[0], greedy.choices[0].logprobs
    counts = {len(told.tokens), len(told.token_logprobs), len(told.top_logprobs), len(told.text_offset)}
    tell(counts == {greedy.usage.completion_tokens}, f"completions: {choice.text!r}, {greedy.usage.completion_tokens} tokens reported four ways")
    tell(all(abs(p - max(top.values())) == 0 for p, top in zip(told.token_logprobs, told.top_logprobs)), "greedy tokens are the most probable")
    tell(create(temperature=0).choices[0].text == choice.text, "temperature 0 twice: the same text")
    tell(choice.finish_reason in ("stop", "length") and greedy.system_fingerprint is not None, f"finish_reason {choice.finish_reason}")

    echoed = create(temperature=0, prompt=PROMPT + choice.text, echo=True, max_tokens=0, logprobs=1)
    text, scored = echoed.choices[0].text, echoed.choices[0].logprobs
    tell(text == PROMPT + choice.text, "echo with max_tokens 0: the prompt itself")
    tell(scored.token_logprobs[0] is None and None not in scored.token_logprobs[1:], "echo: no log-probability for the first token only")
    tell(all(text[o:].startswith(t) for o, t in zip(scored.text_offset, scored.tokens) if not t.startswith("bytes:")), "echo: text_offset")
    again = create(temperature=0, echo=True, max_tokens=12, logprobs=5)
    tell(again.choices[0].text == PROMPT + choice.text, "echo with a continuation: both")
    own = again.choices[0].logprobs.token_logprobs[-len(told.tokens):]
    worst = max(abs(a - b) for a, b in zip(own, told.token_logprobs))
    tell(worst == 0, f"echo: the continuation's log-probabilities are the same (largest difference {worst})")

    several = create(n=4, temperature=1, seed=7)
    tell(sorted(c.index for c in several.choices) == [0, 1, 2, 3], f"n=4: {len({c.text for c in several.choices})} different texts")
    tell([c.text for c in create(n=4, temperature=1, seed=7).choices] == [c.text for c in several.choices], "seed 7 twice: the same texts")
    tell([c.text for c in create(n=4, temperature=1, seed=8).choices] != [c.text for c in several.choices], "seed 8: others")

    listed = create(prompt=[PROMPT, "Q:", PROMPT], temperature=0)
    alone = [create(prompt=p, temperature=0).choices[0].text for p in (PROMPT, "Q:")]
    tell([c.text for c in listed.choices] == alone + alone[:1], "a list of prompts: each as alone")

    if len(choice.text) > 2:
        stop = choice.text[1:3]
        cut = create(temperature=0, stop=[stop, "never"]).choices[0]
        tell(cut.text == choice.text[: choice.text.index(stop)] and cut.finish_reason == "stop", f"stop {stop!r}: cut to {cut.text!r}")

    chunks = list(create(temperature=0, stream=True, logprobs=5, stream_options={"include_usage": True}))
    streamed = "".join(c.choices[0].text for c in chunks if c.choices)
    tell(streamed == choice.text, f"stream: the same text in {len(chunks)} chunks")
    tell(chunks[-1].usage is not None and chunks[-1].usage.completion_tokens == greedy.usage.completion_tokens, "stream: usage in the last chunk")
    told_streamed = [p for c in chunks if c.choices and c.choices[0].logprobs for p in c.choices[0].logprobs.token_logprobs]
    tell(told_streamed == told.token_logprobs, "stream: the same log-probabilities")
    tell(len({c.id for c in chunks}) == 1, "stream: one id")


def check_chat(client, name):
    def create(**options):
        messages = [{"role": "user", "content": [{"type": "text", "text": "What is 7 times 8?"}]}]
        return client.chat.completions.create(**{"model": name, "messages": messages, "max_completion_tokens": 12, **options})

    whole = create(temperature=0, logprobs=True, top_logprobs=3)
    choice = whole.choices[0]
    tell(choice.message.role == "assistant" and choice.message.content is not None, f"chat: {choice.message.content!r}")
    told = choice.logprobs.content
    tell(len(told) == whole.usage.completion_tokens and all(len(t.top_logprobs) == 3 for t in told), f"chat: logprobs of {len(told)} tokens")
    tell(all(t.logprob == max(a.logprob for a in t.top_logprobs) for t in told), "chat: greedy tokens are the most probable")
    # A stop token has a log-probability, but is no part of the text.
    joined = b"".join(bytes(t.bytes) for t in told).decode(errors="replace")
    tell(joined.startswith(choice.message.content), "chat: the tokens' bytes are the text")

    chunks = list(create(temperature=0, stream=True, stream_options={"include_usage": True}))
    first, last = chunks[0].choices[0], [c for c in chunks if c.choices][-1].choices[0]
    tell(first.delta.role == "assistant" and first.finish_reason is None, "chat stream: the role first")
    tell(last.finish_reason == choice.finish_reason, "chat stream: the reason last")
    tell("".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == choice.message.content, f"chat stream: the same text in {len(chunks)} chunks")
    tell(chunks[-1].usage is not None, "chat stream: usage")
    tell(len(create(n=3, seed=1).choices) == 3, "chat: n=3")


def check_errors(server, client, name):
    def raises(kind, what, call, code=None):
        try:
            call()
            tell(False, f"{what}: no error")
        except openai.APIStatusError as error:
            has_shape = isinstance(error.body, dict) and {"message", "type", "param", "code"} <= error.body.keys()
            is_right = isinstance(error, kind) and has_shape and (code is None or error.body["code"] == code)
            tell(is_right, f"{what}: {error.status_code} {error.body.get('message') if has_shape else error.body}")

    create = client.completions.create
    raises(openai.NotFoundError, "another model", lambda: create(model="gpt-4", prompt="a"), "model_not_found")
    raises(openai.BadRequestError, "temperature 9", lambda: create(model=name, prompt="a", temperature=9))
    raises(openai.BadRequestError, "a prompt that is too long", lambda: create(model=name, prompt=[1] * 200_000, max_tokens=1), "context_length_exceeded")
    raises(openai.BadRequestError, "a token outside the vocabulary", lambda: create(model=name, prompt=[2_000_000_000], max_tokens=1))
    raises(openai.BadRequestError, "logit_bias", lambda: create(model=name, prompt="a", logit_bias={"5": 3}))
    raises(openai.BadRequestError, "tools", lambda: client.chat.completions.create(
        model=name, messages=[{"role": "user", "content": "a"}], tools=[{"type": "function", "function": {"name": "f"}}]))
    raises(openai.NotFoundError, "embeddings", lambda: client.embeddings.create(model=name, input="a"))

    malformed = [b"", b"{", b"[]", b"nonsense", b"\xff\xfe", b'{"prompt": "a", "max_tokens": "x"}', b'{"prompt": {}}', b"[" * 100_000]
    answers = [server.raw(body) for body in malformed]
    shapes = [json.loads(body).get("error", {}).get("type") for _, body in answers]
    tell(all(status == 400 for status, _ in answers) and set(shapes) == {"invalid_request_error"}, f"{len(malformed)} malformed bodies: 400")
    tell(server.raw(b" " * (20 << 20))[0] == 413, "a body of 20 MiB: 413")
    tell(server.raw(None, "/v1/completions", "GET")[0] == 405, "GET /v1/completions: 405")


def check_parameters(server, client, name):
    """Parameters beside OpenAI's own."""
    def create(**extra):
        return client.completions.create(model=name, prompt=PROMPT, max_tokens=12, temperature=0, extra_body=extra).choices[0].text

    def refusal(**extra):
        try:
            create(**extra)
        except openai.BadRequestError as error:
            return error.body["param"], error.body["code"], error.body["message"]
        return None, None, "no error"

    for parameter, value, code in (
        ("temprature", 0.5, "unknown_parameter"), ("ignore_eos", True, "unsupported_parameter"), ("min_tokens", 3, "unsupported_parameter"),
        ("guided_regex", "a+", "unsupported_parameter"), ("skip_special_tokens", False, "unsupported_parameter"),
        ("presence_penalty", 1, "unsupported_parameter")):
        found = refusal(**{parameter: value})
        tell(found[:2] == (parameter, code), f"{parameter}: {found[2]}")
    plain = create()
    tell(create(user="me", metadata={"a": "b"}, store=False, ignore_eos=False, min_p=0, repetition_penalty=1) == plain, "idle parameters: the same text")
    tell(create(min_p=1.0) == plain, "min_p 1: the greedy text")
    penalized = create(repetition_penalty=5.0)
    tell(penalized != plain, f"repetition_penalty 5: {penalized!r} in place of {plain!r}")
    last = client.completions.create(model=name, prompt=PROMPT, max_tokens=12, temperature=0, logprobs=0).choices[0].logprobs.tokens[1]
    tokens = json.loads(server.raw(json.dumps({"prompt": last, "add_special_tokens": False}).encode(), "/tokenize")[1])["tokens"]
    tell(plain.startswith(create(stop_token_ids=tokens)) and len(create(stop_token_ids=tokens)) < len(plain), f"stop_token_ids {tokens}: {create(stop_token_ids=tokens)!r}")

    def chat(messages, **extra):
        return client.chat.completions.create(model=name, messages=messages, max_tokens=8, temperature=0, extra_body=extra).choices[0].message.content

    begun = [{"role": "user", "content": "What is 7 times 8?"}, {"role": "assistant", "content": "7 times 8 is"}]
    how = {"continue_final_message": True, "add_generation_prompt": False}
    ids = json.loads(server.raw(json.dumps({"messages": begun, **how}).encode(), "/tokenize")[1])["tokens"]
    tell(json.loads(server.raw(json.dumps({"tokens": ids}).encode(), "/detokenize")[1])["prompt"].endswith("7 times 8 is"), "continue_final_message: the prompt ends within the message")
    same = client.completions.create(model=name, prompt=ids, max_tokens=8, temperature=0).choices[0].text
    tell(chat(begun, **how) == same, f"continue_final_message: {same!r}, as the same tokens")


def check_tokenizer(server, model):
    """The tokenizer as lm_eval asks for it, compared with transformers' of the same folder."""
    import transformers
    from lm_eval.utils import RemoteTokenizer, check_remote_tokenizer_support

    address = server.url + "/v1/completions"
    tell(check_remote_tokenizer_support(address), "lm_eval finds a remote tokenizer")
    remote, local = RemoteTokenizer(address), transformers.AutoTokenizer.from_pretrained(model)
    for text in (PROMPT, "", "Zażółć 🦆\n\n  x", local.eos_token or "."):
        ids = remote.encode(text)
        tell(ids == local.encode(text, add_special_tokens=False) and remote.decode(ids) == local.decode(ids), f"/tokenize {text!r}: {len(ids)} tokens, as transformers")
    tell((remote.eos_token, remote.bos_token, remote.eos_token_id) == (local.eos_token, local.bos_token, local.eos_token_id), f"/tokenizer_info: {remote.eos_token!r}, as transformers")
    chat = [{"role": "user", "content": "hi"}]
    if local.chat_template:
        tell(remote.apply_chat_template(chat) == local.apply_chat_template(chat, tokenize=False, add_generation_prompt=True), "/tokenizer_info: the chat template, as transformers")


def exchange(server, data, wait=10):
    """Sends bytes as they are; returns the open connection, what came back, and whether the server ended it within `wait` seconds."""
    connection = socket.create_connection(server.address, timeout=wait)
    connection.sendall(data.encode())
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except TimeoutError:
        return connection, received.decode(), False
    except ConnectionError:
        pass
    return connection, received.decode(), True


def check_connections(server):
    """Clients that are old, slow, many or early, by raw sockets."""
    _, text, ended = exchange(server, "GET /health HTTP/1.0\r\n\r\n")
    tell(ended and "connection: close" in text.lower(), "HTTP/1.0: ended after the answer, which says so")
    _, text, ended = exchange(server, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", wait=1)
    tell(not ended and "connection:" not in text.lower(), "HTTP/1.1: left open")
    connection, text, ended = exchange(server, "POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n")
    start, closed = time.monotonic(), False
    while not closed and time.monotonic() - start < 30:
        try:
            connection.send(b" " * 4096)
            time.sleep(0.01)
        except OSError:
            closed = True
    tell(" 404 " in text and ended and closed, f"404 while the body comes: answered, and closed after {time.monotonic() - start:.1f} s")
    start = time.monotonic()
    _, text, ended = exchange(server, "GET /health HTT", wait=30)
    tell(ended and " 408 " in text, f"half a head: 408 after {time.monotonic() - start:.1f} s")
    connection, text, _ = exchange(server, "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", wait=1)
    tell(text.startswith("HTTP/1.1 100 "), "Expect: 100-continue is answered")
    connection.sendall(b"{}")
    tell(connection.recv(1000).startswith(b"HTTP/1.1 400 "), "and so is the body")
    for path in ("/health", "/v1/models"):
        status, body = server.raw(None, path, "HEAD")
        tell(status == 200 and body == b"", f"HEAD {path}: {status}")
    crowd = []
    with contextlib.suppress(OSError):
        while len(crowd) < 3000:
            crowd.append(socket.create_connection(server.address, timeout=5))
            crowd[-1].send(b"GET /health HTT")
    start = time.monotonic()
    statuses = [server.raw(None, "/health", "GET")[0] for _ in range(3)]
    tell(statuses == [200] * 3, f"a crowd of {len(crowd)} half requests: health in {(time.monotonic() - start) / 3:.3f} s")
    for connection in crowd:
        connection.close()


def check_pages(empo, model, server):
    """What a page in a browser could send."""
    body = json.dumps({"prompt": "a", "max_tokens": 1}).encode()

    def status(server, headers, method="POST", data=body):
        request = urllib.request.Request(server.url + "/v1/completions", data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.headers

    kind = {"Content-Type": "application/json"}
    tell(status(server, {"Content-Type": "text/plain"})[0] == 415, "text/plain: 415")
    tell(status(server, {})[0] == 415, "a form, as urllib sends: 415")
    tell(status(server, {**kind, "Host": "evil.example"})[0] == 403, "another Host: 403")
    tell(status(server, {**kind, "Origin": "http://evil.example"})[0] == 403, "another Origin: 403")
    tell(status(server, kind)[0] == 200, "neither: 200")
    with Server(empo, model, "--allow-origin", "http://app.example", "--allow-host", "gpu.lan") as other:
        origin = {"Origin": "http://app.example"}
        code, headers = status(other, {**origin, "Access-Control-Request-Method": "POST"}, "OPTIONS", None)
        tell(code == 204 and headers["Access-Control-Allow-Origin"] == "http://app.example", "--allow-origin: its page may ask")
        code, headers = status(other, {**kind, **origin, "Host": "gpu.lan"})
        tell(code == 200 and headers["Access-Control-Allow-Origin"] == "http://app.example", "--allow-origin, --allow-host: and read")
        tell(status(other, {**kind, "Origin": "http://evil.example"})[0] == 403, "--allow-origin: no other may")


def adapter_folder(model, name, seed):
    """Random adapters of the model's query projections, in a PEFT folder."""
    import numpy
    from safetensors.numpy import save_file

    settings = json.loads((model / "config.json").read_text())
    width, rank, random = settings["hidden_size"], 4, numpy.random.default_rng(seed)
    outputs = settings["num_attention_heads"] * (settings.get("head_dim") or width // settings["num_attention_heads"])
    tensors = {}
    for layer in range(settings["num_hidden_layers"]):
        place = f"base_model.model.model.layers.{layer}.self_attn.q_proj"
        tensors[place + ".lora_A.weight"] = random.normal(0, 0.3, (rank, width)).astype("float32")
        tensors[place + ".lora_B.weight"] = random.normal(0, 0.3, (outputs, rank)).astype("float32")
    folder = SCRATCH / name
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({
        "peft_type": "LORA", "r": rank, "lora_alpha": 8, "target_modules": ["q_proj"], "base_model_name_or_path": str(model), "bias": "none"}))
    return folder


def check_adapters(empo, model):
    """Adapters beside their base, each compared with a server of its own."""
    folders = {name: adapter_folder(model, name, seed) for seed, name in enumerate(("one", "two"))}

    def text(server, name):
        return server.client().completions.create(model=name, prompt=PROMPT, max_tokens=12, temperature=0).choices[0].text

    alone = {}
    for name, folder in {"": model, **folders}.items():
        with Server(empo, folder, "--name", "m") as server:
            alone[name] = text(server, "m")
    with Server(empo, model, "--name", "m", "--adapter", str(folders["one"]), "--adapter", f"zwei={folders['two']}") as server:
        names = [m.id for m in server.client().models.list().data]
        tell(names == ["m", "m+one", "m+zwei"], f"--adapter: {names}")
        found = [text(server, name) for name in names]
        tell(found == list(alone.values()) and len(set(found)) == 3, f"--adapter: each as alone: {found}")


def check_key(empo, model):
    with Server(empo, model, "--api-key", "secret", "--name", "named") as server:
        tell([m.id for m in server.client("secret").models.list().data] == ["named"], "--api-key and --name")
        try:
            server.client("wrong").models.list()
            tell(False, "a wrong key is let in")
        except openai.AuthenticationError as error:
            tell(True, f"a wrong key: {error.status_code} {error.body['message']}")
    refused = subprocess.run([str(empo), "serve", "--model", str(model), "--host", "0.0.0.0", "--port", "0"], capture_output=True, timeout=60)
    tell(refused.returncode != 0, f"0.0.0.0 without a key: {refused.stderr.decode().strip()}")


def check_concurrent(server, name):
    """Many different requests at once, each compared with itself alone."""
    def request(i):
        return {"model": name, "prompt": f"Q: What is {i} times {i % 7}?\nA:", "max_tokens": 8 + i % 25, "temperature": i % 3 * 0.5, "seed": i,
                "n": 1 + i % 3, "logprobs": i % 4}

    def facts(answer):
        return [(c.index, c.text, c.finish_reason, c.logprobs.tokens, c.logprobs.token_logprobs, c.logprobs.top_logprobs) for c in answer.choices]

    async def run(limit):
        client = openai.AsyncOpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0, timeout=600)
        gate = asyncio.Semaphore(limit)

        async def one(i):
            async with gate:
                return await client.completions.create(**request(i))

        async with client:
            start = time.monotonic()
            answers = await asyncio.gather(*(one(i) for i in range(CONCURRENT)))
            return answers, time.monotonic() - start

    alone, slow = asyncio.run(run(1))
    together, fast = asyncio.run(run(CONCURRENT))
    differing = [i for i in range(CONCURRENT) if facts(alone[i]) != facts(together[i])]
    tokens = sum(a.usage.completion_tokens for a in together)
    tell(not differing, f"{CONCURRENT} requests at once: each as alone ({tokens} tokens in {fast:.2f} s; one by one {slow:.2f} s) {differing or ''}")


def check_gone(server, name):
    """Clients that leave: the log reports that their calls were cancelled, and the server answers others."""
    for streams in (True, False):
        before = server.text().count("cancelled")
        body = json.dumps({"model": name, "prompt": [PROMPT] * 64, "n": 64, "max_tokens": 200, "temperature": 2, "stream": streams}).encode()
        head = f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        with socket.create_connection(server.address, timeout=60) as connection:
            connection.sendall(head + body)
            if streams:
                connection.recv(1000)
            else:
                time.sleep(0.3)
        deadline = time.monotonic() + 30
        while (gone := server.text().count("cancelled") - before) < 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        tell(gone == 1, f"a client that leaves {'a stream' if streams else 'before its answer'}: its 4096 continuations are cancelled")
    start = time.monotonic()
    server.client().completions.create(model=name, prompt=PROMPT, max_tokens=1)
    tell(True, f"after that, one token takes {time.monotonic() - start:.3f} s")


def evaluate(model, arguments):
    import lm_eval
    from lm_eval.tasks import TaskManager

    # The tasks name their data beside them.
    os.chdir(TASKS)
    # Its progress is of no interest, unless it fails.
    progress = io.StringIO()
    try:
        with contextlib.redirect_stderr(progress), contextlib.redirect_stdout(progress):
            result = lm_eval.simple_evaluate(
                model=model, model_args=arguments, tasks=["empo_choice", "empo_until"],
                task_manager=TaskManager(include_path=str(TASKS)), log_samples=True, bootstrap_iters=0,
                **({"device": "cpu", "batch_size": 1} if model == "hf" else {}))
    except BaseException:
        sys.stderr.write(progress.getvalue()[-4000:])
        raise
    samples = result["samples"]
    likelihoods = [r[0] for s in sorted(samples["empo_choice"], key=lambda s: s["doc_id"]) for r in s["resps"]]
    texts = [s["resps"][0][0] for s in sorted(samples["empo_until"], key=lambda s: s["doc_id"])]
    return [(float(p), str(g) == "True") for p, g in likelihoods], texts, result["results"]


def check_lm_eval(server, model, name, length):
    reference = None
    for tokenized, concurrent, batch in ((True, 1, 1), (True, 8, 4), (False, 4, 1)):
        how = f"lm_eval, {'tokens' if tokenized else 'text'}, {concurrent} at once, batches of {batch}"
        likelihoods, texts, results = evaluate("local-completions", {
            "model": name, "base_url": server.url + "/v1/completions", "tokenizer": str(model), "tokenizer_backend": "huggingface",
            "tokenized_requests": tokenized, "num_concurrent": concurrent, "batch_size": batch, "max_length": length, "max_retries": 1})
        metrics = {f"{t} {m.split(',')[0]}": float(v) for t, r in results.items() for m, v in r.items() if isinstance(v, float) and "stderr" not in m}
        tell(len(likelihoods) > 0 and all(p <= 0 for p, _ in likelihoods), f"{how}: {len(likelihoods)} log-likelihoods, {len(texts)} texts, {metrics}")
        if reference is None:
            reference = likelihoods, texts
        else:
            worst = max(abs(a[0] - b[0]) for a, b in zip(likelihoods, reference[0]))
            is_same = worst == 0 and [g for _, g in likelihoods] == [g for _, g in reference[0]] and texts == reference[1]
            tell(is_same, f"{how}: the same as before (largest difference {worst})")
    try:
        import accelerate  # noqa: F401  lm_eval's "hf" model needs both
        import torch  # noqa: F401
    except ImportError as error:
        return skip(f"lm_eval on transformers: {error}")
    likelihoods, texts, _ = evaluate("hf", {"pretrained": str(model), "dtype": "float32", "max_length": length})
    worst = max(abs(a[0] - b[0]) for a, b in zip(likelihoods, reference[0]))
    tell(worst <= TOLERANCE, f"lm_eval on transformers: log-likelihoods within {worst:.2g}")
    tell([g for _, g in likelihoods] == [g for _, g in reference[0]], "lm_eval on transformers: the same tokens are greedy")
    tell(texts == reference[1], f"lm_eval on transformers: the same {len(texts)} texts, such as {texts[0]!r}")


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    empo, model = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    model = folder_with_template(model)
    with Server(empo, model) as server:
        client = server.client()
        name = check_models(server, client)
        length = min(client.models.retrieve(name).model_dump().get("max_model_len") or 512, 2048)
        check_completions(client, name)
        check_chat(client, name)
        check_errors(server, client, name)
        check_parameters(server, client, name)
        check_tokenizer(server, model)
        check_connections(server)
        check_pages(empo, model, server)
        check_concurrent(server, name)
        check_gone(server, name)
        check_lm_eval(server, model, name, length)
    tell(server.status == 0, f"SIGTERM: ended with {server.status}")
    check_adapters(empo, model)
    check_key(empo, model)
    print(f"{failures} wrong" if failures else "everything is right")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        status = main()
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    sys.exit(status)
