"""Computes and times cases for pytorch.ts: a JSON object a line in, one a line out; arrays as little-endian files."""
import json
import sys
import time

import torch

torch.set_num_threads(1)
F = torch.nn.functional


def read(path, dtype):
    return torch.frombuffer(bytearray(open(path, "rb").read()), dtype=dtype)


def rows_call(case, files):
    shape = (case["rows"], case["cols"])
    x = read(files["x"], torch.float32).reshape(shape)
    targets = read(files["targets"], torch.int32).long()
    simple = {
        "softmax": lambda: [torch.softmax(x, -1)],
        "logSoftmax": lambda: [torch.log_softmax(x, -1)],
        "logSumExp": lambda: [torch.logsumexp(x, -1)],
    }
    if case["op"] in simple:
        call = simple[case["op"]]

        def without_gradient():
            with torch.no_grad():
                return call()

        return without_gradient
    x.requires_grad_()

    def loss_and_gradient():
        x.grad = None
        loss = F.cross_entropy(x, targets)
        loss.backward()
        return [loss.detach(), x.grad]

    return loss_and_gradient


def lstm_of(case, files):
    lstm = torch.nn.LSTM(case["I"], case["H"])
    names = {"weightIh": "weight_ih_l0", "weightHh": "weight_hh_l0", "biasIh": "bias_ih_l0", "biasHh": "bias_hh_l0"}
    with torch.no_grad():
        for ours, theirs in names.items():
            p = getattr(lstm, theirs)
            p.copy_(read(files[ours], torch.float32).reshape(p.shape))
    return lstm, read(files["x"], torch.float32).reshape(case["T"], case["B"], case["I"])


def lstm_call(case, files):
    lstm, x = lstm_of(case, files)
    state = [None]

    def call():
        with torch.no_grad():
            y, new = lstm(x, state[0])
            if case["op"] == "stream":
                state[0] = new
            return [y]

    return call


def train_call(case, files):
    lstm, x = lstm_of(case, files)
    x.requires_grad_()
    head = torch.nn.Linear(case["H"], case["V"])
    with torch.no_grad():
        head.weight.copy_(read(files["weight"], torch.float32).reshape(head.weight.shape))
        head.bias.copy_(read(files["bias"], torch.float32))
    targets = read(files["targets"], torch.int32).long()
    params = [*lstm.parameters(), *head.parameters()]
    adam = torch.optim.Adam(params, lr=case["lr"])

    def call():
        x.grad = None
        adam.zero_grad(set_to_none=True)
        loss = F.cross_entropy(head(lstm(x)[0]).flatten(0, 1), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, case["maxNorm"])
        adam.step()
        return [loss.detach()]

    return call


def seconds(call, calls):
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - start


def measure(call, warmup, budget, sample):
    """Milliseconds of samples, and how many calls each has."""
    end = time.perf_counter() + warmup
    while time.perf_counter() < end:
        call()
    calls = 1
    while min(seconds(call, calls) for _ in range(3)) < sample:
        calls *= 2
    samples = []
    end = time.perf_counter() + budget
    while len(samples) < 8 or time.perf_counter() < end:
        samples.append(1000 * seconds(call, calls))
    return {"samples": samples, "calls": calls}


def answer(request):
    global current
    if "case" in request:
        case = request["case"]
        make = rows_call if "rows" in case else train_call if case["op"] == "train" else lstm_call
        current = make(case, request["files"])
        return {}
    if "results" in request:
        outputs = current()
        with open(request["results"], "wb") as file:
            for output in outputs:
                file.write(output.contiguous().numpy().tobytes())
        return {"lengths": [output.numel() for output in outputs]}
    return measure(current, *request["measure"])


def blas():
    """The library of matrix products: it decides the speed of an LSTM."""
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
    return next((name for name in ("mkl_", "openblas", "blis", "libblas") if name in loaded), "own BLAS").strip("_")


current = None
if sys.platform == "linux" and blas() == "libblas":
    sys.exit("its products are those of the reference BLAS, ten times slower than OpenBLAS: install libopenblas0")
print(json.dumps({"version": f"{torch.__version__}, {blas() if sys.platform == 'linux' else 'BLAS unknown'}"}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:
        reply = {"error": repr(error)}
    print(json.dumps(reply), flush=True)
