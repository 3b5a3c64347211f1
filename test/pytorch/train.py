"""Writes train.json: what PyTorch's optimisers, schedules and LayerNorm do, in float64 on float32 inputs."""
import json
import pathlib

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, OneCycleLR, SequentialLR, StepLR

N, STEPS = 5, 6
torch.manual_seed(1)


def normals(*shape, mean=0):
    return (torch.randn(*shape) + mean).to(torch.float64)


def optimizer(name, cls, ours, **options):
    p = torch.nn.Parameter(start.clone())
    o = cls([p], **options)
    path = []
    for g in gradients:
        p.grad = g.clone()
        o.step()
        path.append(p.detach().tolist())
    return {"name": name, "options": ours, "path": path}


def grouped(name, cls, ours, weight, bias, **options):
    """The last parameter is the bias of a linear layer, a group of its own."""
    w, b = (torch.nn.Parameter(part.clone()) for part in (start[:-1], start[-1:]))
    o = cls([{"params": [w], **weight}, {"params": [b], **bias}], **options)
    path = []
    for g in gradients:
        w.grad, b.grad = g[:-1].clone(), g[-1:].clone()
        o.step()
        path.append([*w.tolist(), *b.tolist()])
    return {"name": name, "options": ours, "path": path}


def schedule(make, steps):
    o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    s = make(o)
    rates = []
    for _ in range(steps):
        rates.append(o.param_groups[0]["lr"])
        o.step()
        s.step()
    return rates


start, gradients = normals(N), normals(STEPS, N)
sgd, adam, adamw, rms = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop
optimizers = [
    optimizer("sgd", sgd, {"lr": 0.1, "weightDecay": 0.01}, lr=0.1, weight_decay=0.01),
    optimizer("sgd", sgd, {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weightDecay": 0.1}, lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.1),
    optimizer("sgd", sgd, {"lr": 0.1, "dampening": 0.3}, lr=0.1, dampening=0.3),
    optimizer("sgd", sgd, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weightDecay": 0.1}, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    optimizer("adam", adam, {}),
    optimizer("adam", adam, {"lr": 0.1, "betas": [0.6, 0.7], "weightDecay": 0.1, "amsgrad": True}, lr=0.1, betas=(0.6, 0.7), weight_decay=0.1, amsgrad=True),
    optimizer("adamW", adamw, {}),
    optimizer("adamW", adamw, {"lr": 0.1, "betas": [0.6, 0.7], "eps": 0.1, "amsgrad": True}, lr=0.1, betas=(0.6, 0.7), eps=0.1, amsgrad=True),
    optimizer("rmsprop", rms, {}),
    optimizer("rmsprop", rms, {"lr": 0.05, "alpha": 0.7, "eps": 0.01, "weightDecay": 0.1}, lr=0.05, alpha=0.7, eps=0.01, weight_decay=0.1),
    optimizer("rmsprop", rms, {"lr": 0.05, "momentum": 0.8}, lr=0.05, momentum=0.8),
    optimizer("rmsprop", rms, {"lr": 0.05, "alpha": 0.9, "centered": True}, lr=0.05, alpha=0.9, centered=True),
    optimizer("rmsprop", rms, {"lr": 0.05, "alpha": 0.9, "centered": True, "momentum": 0.8, "weightDecay": 0.1}, lr=0.05, alpha=0.9, centered=True, momentum=0.8, weight_decay=0.1),
]

optimizers += [
    grouped("sgd", sgd, {"lr": 0.1, "weightDecay": 0.1, "groups": [{"names": ["bias"], "lr": 0.3, "momentum": 0.9, "weightDecay": 0}]}, {}, {"lr": 0.3, "momentum": 0.9, "weight_decay": 0}, lr=0.1, weight_decay=0.1),
    grouped("adam", adam, {"lr": 0.1, "groups": [{"names": ["weight"], "betas": [0.6, 0.7], "amsgrad": True}, {"lr": 0.2}]}, {"betas": (0.6, 0.7), "amsgrad": True}, {"lr": 0.2}, lr=0.1),
    grouped("adamW", adamw, {"lr": 0.1, "weightDecay": 0.3, "groups": [{"names": ["bias"], "weightDecay": 0}]}, {}, {"weight_decay": 0}, lr=0.1, weight_decay=0.3),
    grouped("rmsprop", rms, {"lr": 0.05, "groups": [{"names": ["weight"], "centered": True}, {"names": ["bias"], "momentum": 0.8, "alpha": 0.9}]}, {"centered": True}, {"momentum": 0.8, "alpha": 0.9}, lr=0.05),
]

schedules = {
    "step": schedule(lambda o: StepLR(o, 3, 0.5), 11),
    "cosine": schedule(lambda o: CosineAnnealingLR(o, 10, 0.01), 11),
    "warmup": schedule(lambda o: SequentialLR(o, [LinearLR(o, 0.25, total_iters=4), CosineAnnealingLR(o, 10)], [4]), 15),
    "oneCycle": schedule(lambda o: OneCycleLR(o, 1.0, total_steps=12), 12),
    "oneCycle of 7": schedule(lambda o: OneCycleLR(o, 2.0, total_steps=7, pct_start=0.5, div_factor=10, final_div_factor=100), 7),
}

x, dy, weight, bias = normals(3, 7, mean=2).requires_grad_(), normals(3, 7), normals(7).requires_grad_(), normals(7).requires_grad_()
y = torch.nn.functional.layer_norm(x, [7], weight, bias)
y.backward(dy)
norm = {name: t.detach().flatten().tolist() for name, t in
        dict(x=x, dy=dy, weight=weight, bias=bias, y=y, dx=x.grad, dweight=weight.grad, dbias=bias.grad).items()}

out = {"pytorch": torch.__version__, "start": start.tolist(), "gradients": gradients.tolist(), "optimizers": optimizers,
       "schedules": schedules, "layerNorm": norm}
pathlib.Path(__file__).with_name("train.json").write_text(json.dumps(out) + "\n")
