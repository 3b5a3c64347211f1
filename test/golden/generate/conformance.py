"""The conformance cases.  python3 conformance.py OUT_DIR"""
import sys
import numpy as np
from common import Golden
import softmax_cases as S, loss_cases as L, dense_cases as Dn, lstm_cases as R, onnx_lstm as O, keras_lstm as K, train_cases as T

OUT, SET = sys.argv[1], "conformance"
INF, NAN = float("inf"), float("nan")
N = lambda rng, *s: rng.standard_normal(s).astype(np.float32)
A = lambda *r: np.array(r, np.float32)

# ---------------------------------------------------------------- softmax family
rng = np.random.default_rng(1001)
gs = S.open_files(OUT, SET)
fam = lambda name, x, **k: S.family(gs, name, x, rng=rng, **k)
for n in (1, 2, 3, 4, 5, 8, 17, 31, 64): fam(f"row{n}", N(rng, 3, n) * 2)
fam("row1000", N(rng, 2, 1000) * 4); fam("row32768", N(rng, 1, 32768) * 3, tags=["large"])
fam("rows512x3", N(rng, 512, 3), tags=["many-rows"])
fam("vec_1d", N(rng, 7)); fam("rank3_last", N(rng, 2, 3, 5)); fam("rank3_mid", N(rng, 2, 5, 3), axis=1); fam("rank3_first", N(rng, 5, 2, 3), axis=0)
fam("rank4_axis1", N(rng, 2, 6, 3, 4), axis=1); fam("rank4_axis-2", N(rng, 2, 3, 9, 2), axis=-2); fam("matrix_axis0_wide", N(rng, 7, 33) * 5, axis=0)
fam("keepdim", N(rng, 3, 6), keepdim=True); fam("keepdim_axis0", N(rng, 4, 3), axis=0, keepdim=True)
for b in (0.1, 0.5, 2.0, 10.0, 0.0, -1.0): fam(f"beta{b:g}", N(rng, 3, 9) * 2, beta=b)
fam("temperature0.7_axis1", N(rng, 2, 5, 3), axis=1, beta=1 / 0.7)
fam("uniform", np.zeros((2, 6))); fam("uniform_offset1e4", np.full((2, 5), 1e4))
fam("offset+1e4", N(rng, 2, 9) + 1e4, tags=["stable"]); fam("offset-1e4", N(rng, 2, 9) - 1e4, tags=["stable"])
fam("spread", A([0, -10, -20, -30, -60, -87], [0, -88, -95, -100, -103, -110], [50, 20, -20, -50, 49.5, 0]), tags=["stable"])
fam("one_hot_like", A([40, 0, 0, 0], [0, 0, 100, 0], [18, 0, 0, 0], [9, -9, 0, 1]), tags=["stable"], note="log-probability of the winner is tiny: log1p accuracy shows")
e = dict(tags=["edge"])
fam("huge_1e4", A([1e4, -1e4, 0, 9999], [-1e4, -1e4, -1e4, -9999]), **e)
fam("huge_3e38", A([3e38, -3e38, 0, 1], [-3e38, -3e38, -3e38, -3e38], [3e38, 3e38, 3e38, 3e38], [3e38, 3.2e38, 0, 0]), accurate=False, **e)
fam("denormal_inputs", A([1e-40, -1e-40, 0, 1e-45], [1e-38, 2e-38, -1e-39, 0]), **e)
fam("masked", A([1, -INF, 2, -INF, 3], [-INF, -INF, -INF, -INF, 0.5], [-INF, 1, 1, 1, 1]), **e)
fam("masked_axis0", A([1, -INF, 2], [-INF, 2, 2], [0, 1, -INF]), axis=0, **e)
fam("all_neginf", A([-INF, -INF, -INF], [0, 1, 2]), note="softmax and log_softmax are NaN, logsumexp is -inf", **e)
fam("pos_inf", A([1, INF, 2], [INF, INF, 0], [-INF, INF, 0]), **e)
fam("nan", A([1, NAN, 2, 3, 4], [0, 0, 0, 0, 0], [NAN, NAN, NAN, NAN, NAN]), **e)
fam("single_inf", A([INF], [-INF], [NAN], [0]), **e)
fam("zero_rows", np.zeros((0, 5)), **e); fam("beta0_with_inf", A([1, -INF, 2]), beta=0.0, note="0 * -inf is NaN", **e)
fam("negative_beta_masked", A([1, INF, 2]), beta=-1.0, **e)
for g in gs.values(): g.save()

# ---------------------------------------------------------------- losses
rng = np.random.default_rng(1002)
g = Golden(OUT, "cross_entropy", SET, "F.cross_entropy(logits (N,C,...), target) ; gradient wrt logits; class axis 1 (axis 0 when 1-D)")
ce = lambda name, x, t, **k: L.cross_entropy(g, name, x, t, rng=rng, **k)
ints = lambda c, *s: rng.integers(0, c, s).astype(np.int32)
def probs(*s, axis=1):
    p = np.exp(N(rng, *s)); return (p / p.sum(axis, keepdims=True)).astype(np.float32)
for r in ("none", "mean", "sum"):
    ce(f"index_{r}", N(rng, 6, 5) * 2, ints(5, 6), reduction=r)
    ce(f"index_weight_{r}", N(rng, 6, 5), ints(5, 6), weight=rng.uniform(.2, 2, 5), reduction=r)
    t = ints(5, 8); t[[1, 4]] = -100
    ce(f"ignore_{r}", N(rng, 8, 5), t, reduction=r)
    t = ints(4, 7); t[2] = 3; ce(f"ignore3_weight_smooth_{r}", N(rng, 7, 4), t, ignore_index=3, weight=rng.uniform(.2, 2, 4), label_smoothing=0.1, reduction=r)
    ce(f"smooth_{r}", N(rng, 5, 7), ints(7, 5), label_smoothing=0.1, reduction=r)
    ce(f"smooth_weight_{r}", N(rng, 5, 7), ints(7, 5), label_smoothing=0.25, weight=rng.uniform(.2, 2, 7), reduction=r)
    ce(f"prob_{r}", N(rng, 4, 6), probs(4, 6), reduction=r)
    ce(f"prob_weight_smooth_{r}", N(rng, 4, 6), probs(4, 6), weight=rng.uniform(.2, 2, 6), label_smoothing=0.2, reduction=r)
    ce(f"all_ignored_{r}", N(rng, 3, 4), np.full(3, -100, np.int32), reduction=r, tags=["edge"], note="mean of nothing is NaN; gradient is 0 (or NaN: see values)")
    ce(f"zero_batch_{r}", np.zeros((0, 4)), np.zeros((0,), np.int32), reduction=r, tags=["edge"])
    ce(f"spatial_{r}", N(rng, 2, 3, 4, 2), ints(3, 2, 4, 2), reduction=r)
ce("unbatched", N(rng, 5), np.array(2, np.int32)); ce("unbatched_prob", N(rng, 5), probs(5, axis=0))
ce("one_class", N(rng, 3, 1), np.zeros(3, np.int32)); ce("two_class", N(rng, 9, 2) * 3, ints(2, 9))
ce("classes1000", N(rng, 2, 1000) * 4, ints(1000, 2)); ce("upstream2.5", N(rng, 4, 5), ints(5, 4), dout={"loss": 2.5})
ce("spatial_prob", N(rng, 2, 3, 5), probs(2, 3, 5)); ce("smooth1", N(rng, 3, 4), ints(4, 3), label_smoothing=1.0)
ce("confident_right", A([30, 0, 0], [0, 90, 0]), np.array([0, 1], np.int32), reduction="none"); ce("confident_wrong", A([1e4, 0, -1e4], [-50, 50, 0]), np.array([2, 0], np.int32), reduction="none")
ce("masked_logit", A([1, -INF, 2], [-INF, 0, 0]), np.array([2, 1], np.int32), tags=["edge"], reduction="none")
ce("masked_target", A([1, -INF, 2], [0, 1, 2]), np.array([1, 1], np.int32), tags=["edge"], reduction="none", note="target class is masked: loss is +inf")
ce("masked_prob_zero", A([1, -INF, 2]), A([0.5, 0, 0.5]), tags=["edge"], note="0 * -inf is NaN in PyTorch")
ce("masked_smooth", A([1, -INF, 2]), np.array([0], np.int32), label_smoothing=0.1, tags=["edge"])
ce("zero_weight_all", N(rng, 2, 3), np.array([1, 1], np.int32), weight=A(1, 0, 1), tags=["edge"], note="total weight 0: mean is 0/0")
ce("nan_ignored_row", A([NAN, 1, 2], [0, 1, 2]), np.array([-100, 1], np.int32), tags=["edge"])
g.save()

g = Golden(OUT, "losses", SET, "nll_loss, binary_cross_entropy_with_logits, mse, multi_margin; attrs.kind names it")
def kind(fn, k):
    def f(name, *a, **kw):
        c = fn(g, f"{k}/{name}", *a, rng=rng, **kw); c["attrs"]["kind"] = k; return c
    return f
nll, bce, mse, mm = kind(L.nll_loss, "nll"), kind(L.bce_logits, "bce_logits"), kind(L.mse, "mse"), kind(L.multi_margin, "multi_margin")
lsm = lambda x: (x - np.log(np.exp(x).sum(1, keepdims=True))).astype(np.float32)
for r in ("none", "mean", "sum"):
    nll(r, lsm(N(rng, 5, 4)), ints(4, 5), reduction=r); nll(f"weight_ignore_{r}", lsm(N(rng, 5, 4)), np.array([0, 2, 1, 3, 2], np.int32), weight=rng.uniform(.2, 2, 4), ignore_index=2, reduction=r)
    bce(r, N(rng, 3, 5) * 3, (rng.random((3, 5)) > .5) * 1.0, reduction=r); bce(f"soft_{r}", N(rng, 11) * 3, rng.random(11), reduction=r)
    bce(f"pos_weight_{r}", N(rng, 4, 3) * 3, (rng.random((4, 3)) > .5) * 1.0, pos_weight=rng.uniform(.3, 4, 3), reduction=r)
    bce(f"weight_pos_weight_{r}", N(rng, 4, 3) * 3, rng.random((4, 3)), weight=rng.uniform(.3, 2, (4, 3)), pos_weight=rng.uniform(.3, 4, 3), reduction=r)
    mse(r, N(rng, 3, 7), N(rng, 3, 7), reduction=r)
    mm(r, N(rng, 5, 4), ints(4, 5), reduction=r); mm(f"p2_margin0.5_weight_{r}", N(rng, 5, 4), ints(4, 5), p=2, margin=0.5, weight=rng.uniform(.2, 2, 4), reduction=r)
    for k, f, x, t in (("nll", nll, np.zeros((0, 3)), np.zeros(0, np.int32)), ("bce", bce, np.zeros((0, 3)), np.zeros((0, 3), np.float32)), ("mse", mse, np.zeros((0, 3)), np.zeros((0, 3), np.float32))):
        f(f"empty_{r}", x, t, reduction=r, tags=["edge"])
bce("extreme", A(20, -20, 60, -60, 1e4, -1e4, 3e38, -3e38, 0, 16), A(1, 0, 1, 0, 1, 0, 1, 0, 1, 1), reduction="none", tags=["stable"])
bce("extreme_wrong", A(20, -20, 60, -60, 1e4, -1e4, 3e38, -3e38), A(0, 1, 0, 1, 0, 1, 0, 1), reduction="none", tags=["stable"])
bce("inf_nan", A(INF, -INF, INF, -INF, NAN), A(1, 0, 0, 1, 1), reduction="none", tags=["edge"])
nll("unbatched", lsm(N(rng, 1, 4))[0], np.array(3, np.int32)); nll("all_ignored", lsm(N(rng, 2, 3)), np.array([-100, -100], np.int32), tags=["edge"])
nll("neginf", A([-INF, 0]), np.array([0], np.int32), tags=["edge"]); mm("unbatched", N(rng, 6), np.array(2, np.int32)); mm("tie", A([1, 0, 1, 2]), np.array([0], np.int32), note="margin exactly met: z == 0")
mse("large", A(1e20, -3e38, 1), A(-1e20, 3e38, 1), reduction="none", tags=["edge"], note="overflows to inf in float32, finite in the float64 truth's own range for 1e20 only")
g.save()

# ---------------------------------------------------------------- activations, dense, clipping
rng = np.random.default_rng(1003)
g = Golden(OUT, "activations", SET, "attrs.kind; y = act(x); grad_x (and grad_weight for prelu) with upstream d_y")
sweep = np.concatenate([np.linspace(-12, 12, 97) + 0.013, [-1e-3, 1e-3, 1e-7, -1e-7, 1e-20, -1e-20]]).astype(np.float32)
far = A(-1e4, -200, -104, -103, -89, -88, -50, -20, 20, 50, 88, 89, 104, 200, 1e4, 3e38, -3e38, 1e-40, -1e-40, 1e-45)
edge = A(INF, -INF, NAN, 0.0, -0.0)
for k, a in (("sigmoid", {}), ("tanh", {}), ("relu", {}), ("leaky_relu", {"slope": 0.01}), ("leaky_relu", {"slope": 0.2}), ("elu", {"alpha": 1.0}), ("elu", {"alpha": 0.5}),
             ("hardsigmoid", {}), ("hardsigmoid_onnx", {"alpha": 0.2, "beta": 0.5}), ("softplus", {}), ("softsign", {}), ("silu", {})):
    s = k + "".join(f"_{v:g}" for v in a.values())
    Dn.activation(g, s + "/sweep", k, sweep, rng, **a); Dn.activation(g, s + "/far", k, far, rng, tags=["stable"], **a); Dn.activation(g, s + "/edge", k, edge, rng, tags=["edge"], **a)
    Dn.activation(g, s + "/random", k, N(rng, 5, 13) * 4, rng, **a); Dn.activation(g, s + "/empty", k, np.zeros((0, 4)), rng, tags=["edge"], **a)
Dn.activation(g, "hardsigmoid/knots", "hardsigmoid", A(-3, 3, 2.9999998, -2.9999998), rng); Dn.activation(g, "hardsigmoid_onnx_0.2_0.5/knots", "hardsigmoid_onnx", A(-2.5, 2.5, 2.4999998), rng, alpha=0.2, beta=0.5, tags=["edge"], note="gradient exactly on a knot depends on rounding of alpha*x+beta: compare y only")
Dn.activation(g, "prelu/single", "prelu", N(rng, 4, 6), rng, weight=A(0.25)); Dn.activation(g, "prelu/channels", "prelu", N(rng, 3, 5, 4), rng, weight=rng.uniform(-.5, .9, 5)); Dn.activation(g, "prelu/channels2d", "prelu", N(rng, 7, 3), rng, weight=rng.uniform(-.5, .9, 3))
Dn.activation(g, "prelu/edge", "prelu", edge, rng, weight=A(0.25), tags=["edge"])
g.save()

g = Golden(OUT, "linear", SET, "y = x @ weight.T + bias; gradients wrt x, weight, bias with upstream d_y")
for (n, i, o) in ((1, 1, 1), (2, 3, 5), (4, 7, 2), (5, 16, 16), (3, 33, 17), (1, 64, 10), (8, 50, 31)): Dn.linear(g, f"{n}x{i}->{o}", (n, i), o, rng)
Dn.linear(g, "nobias", (3, 9), 6, rng, bias=False); Dn.linear(g, "vector", (5,), 4, rng); Dn.linear(g, "rank3", (2, 3, 6), 5, rng); Dn.linear(g, "zero_batch", (0, 5), 3, rng, tags=["edge"])
Dn.linear(g, "k515", (2, 515), 9, rng); Dn.linear(g, "cancel", (2, 64), 3, rng, x=np.concatenate([np.full((2, 32), 1e4), np.full((2, 32), -1e4)], 1) + rng.standard_normal((2, 64)), w=np.tile(rng.standard_normal((3, 1)), (1, 64)), tags=["stable"], note="heavy cancellation")
Dn.linear(g, "nan_inf", (3, 4), 2, rng, x=A([1, NAN, 2, 3], [INF, 0, 0, 1], [1, 2, 3, 4]), tags=["edge"]); Dn.linear(g, "inf_times_zero", (1, 3), 2, rng, x=A([INF, 1, 1]), w=A([0, 1, 1], [1, 1, 1]), tags=["edge"])
g.save()

g = Golden(OUT, "clip_grad_norm", SET, "total norm over all g*; g *= min(1, max_norm/(total+1e-6))")
c = lambda name, gr, m, nt=2.0, **k: Dn.clip_grad_norm(g, name, gr, m, nt, **k)
c("above", [N(rng, 5, 3), N(rng, 7)], 1.0); c("below", [N(rng, 4) * .01], 1.0); c("three", [N(rng, 3, 3) * 10, N(rng, 1), N(rng, 2, 2, 2)], 0.25)
c("norm1", [N(rng, 5), N(rng, 3)], 2.0, 1.0); c("norm_inf", [N(rng, 5), N(rng, 3)], 0.5, INF); c("norm3", [N(rng, 5), N(rng, 3)], 0.5, 3.0)
c("exactly_max", [A(3, 4)], 5.0, note="coef = 5/(5+1e-6), a little below 1: the gradients do change"); c("zero", [np.zeros(4)], 1.0, tags=["edge"]); c("nan", [A(1, NAN), A(2)], 1.0, tags=["edge"]); c("inf", [A(1, INF), A(2)], 1.0, tags=["edge"])
c("big_overflow", [A(1e25, 1e25)], 1.0, tags=["edge"], note="sum of squares overflows float32; float64 truth is finite"); c("tiny", [A(1e-25, 1e-25)], 1.0, tags=["edge"])
g.save()

# ---------------------------------------------------------------- LSTM
rng = np.random.default_rng(1004)
g = Golden(OUT, "lstm_cell", SET, "torch.nn.LSTMCell: h, c; gradients wrt x, h0, c0 and the weights")
for (n, i, h) in ((1, 1, 1), (2, 3, 2), (3, 5, 7), (2, 16, 16), (1, 9, 33), (4, 4, 5)): R.cell(g, f"n{n}i{i}h{h}", n, i, h, rng)
R.cell(g, "nobias", 2, 4, 3, rng, bias=False); R.cell(g, "nostate", 2, 4, 3, rng, state=False); R.cell(g, "unbatched", 1, 4, 3, rng, unbatched=True); R.cell(g, "zero_batch", 0, 4, 3, rng, tags=["edge"])
R.cell(g, "saturated", 2, 4, 3, rng, scale=40.0, tags=["stable"]); R.cell(g, "big_cell", 2, 3, 4, rng, c0=N(rng, 2, 4) * 1e4, tags=["stable"])
R.cell(g, "nan_one_row", 2, 3, 4, rng, x=A([NAN, 0, 0], [1, 2, 3]), tags=["edge"], note="only row 0 is NaN (the weight gradients are NaN)")
g.save()

g = Golden(OUT, "lstm", SET, "torch.nn.LSTM: y, h_n, c_n and the full gradients for upstream d_y, d_h_n, d_c_n")
l = lambda name, *a, **k: R.lstm(g, name, *a, rng, **k)
for (t, n, i, h) in ((1, 1, 1, 1), (3, 1, 2, 2), (2, 2, 3, 3), (5, 2, 4, 5), (4, 3, 6, 7), (3, 2, 16, 16), (2, 2, 17, 33), (5, 1, 1, 4)): l(f"t{t}n{n}i{i}h{h}", t, n, i, h)
l("h128", 2, 1, 20, 128, tags=["large"]); l("t50", 50, 1, 3, 5, tags=["long"]); l("nobias", 3, 2, 4, 3, bias=False); l("nostate", 3, 2, 4, 3, state=False); l("unbatched", 4, 1, 3, 5, unbatched=True)
l("batch_first", 4, 3, 3, 5, batch_first=True); l("layers2", 3, 2, 4, 5, layers=2); l("layers3_nobias", 3, 2, 3, 4, layers=3, bias=False)
l("bidir", 4, 2, 3, 5, bidirectional=True); l("bidir_layers2", 3, 2, 3, 4, bidirectional=True, layers=2); l("bidir_batch_first", 3, 2, 3, 4, bidirectional=True, batch_first=True); l("bidir_nostate", 3, 2, 3, 2, bidirectional=True, state=False)
l("proj", 3, 2, 4, 7, proj=3); l("proj_layers2_bidir", 3, 2, 3, 5, proj=2, layers=2, bidirectional=True); l("proj_nobias_nostate", 2, 2, 3, 5, proj=4, bias=False, state=False)
l("packed", 5, 4, 3, 5, lengths=[5, 2, 4, 1]); l("packed_shorter_than_T", 6, 3, 2, 3, lengths=[3, 4, 1], note="no sequence is T long: padded tail is zero"); l("packed_bidir", 5, 3, 3, 4, lengths=[2, 5, 3], bidirectional=True)
l("packed_bidir_layers2_bf", 4, 3, 3, 3, lengths=[4, 1, 3], bidirectional=True, layers=2, batch_first=True); l("packed_proj", 4, 2, 3, 5, lengths=[2, 4], proj=3)
l("grad_last_h_only", 4, 2, 3, 5, out_grads=["h_n"]); l("grad_y_only", 4, 2, 3, 5, out_grads=["y"]); l("grad_c_only", 4, 2, 3, 5, out_grads=["c_n"])
l("saturated", 5, 2, 4, 3, scale=30.0, tags=["stable"]); l("big_inputs", 4, 2, 3, 4, x_scale=1e4, tags=["stable"])
g.save()

g = Golden(OUT, "lstm_onnx", SET, "ONNX LSTM operator, i,o,f,c gates, W [D,4H,I] R [D,4H,H] B [D,8H] P [D,3H] (i,o,f); Y [T,D,N,H]")
o = lambda name, *a, **k: O.case(g, name, *a, rng, **k)
for d in ("forward", "reverse", "bidirectional"): o(f"plain_{d}", 3, 2, 4, 5, direction=d)
for d in ("forward", "reverse", "bidirectional"): o(f"peephole_{d}", 3, 2, 4, 5, direction=d, peephole=True)
o("nobias_nostate", 3, 2, 3, 4, bias=False, state=False); o("lengths_bidir", 5, 3, 3, 4, lengths=[5, 2, 3], direction="bidirectional"); o("lengths_peephole_reverse", 4, 2, 3, 3, lengths=[2, 4], direction="reverse", peephole=True)
o("clip", 4, 2, 3, 5, clip=0.3, scale=2.0); o("clip_peephole", 4, 2, 3, 5, clip=0.5, peephole=True, scale=2.0); o("coupled", 4, 2, 3, 5, input_forget=1); o("coupled_peephole_clip_bidir", 4, 2, 3, 5, input_forget=1, peephole=True, clip=0.7, direction="bidirectional", scale=2.0)
o("hard_sigmoid", 3, 2, 3, 4, activations=["HardSigmoid", "Tanh", "Tanh"]); o("relu_softsign", 3, 2, 3, 4, activations=["Sigmoid", "Relu", "Softsign"]); o("h1", 3, 1, 1, 1, peephole=True); o("h33", 2, 2, 5, 33, peephole=True)
g.save()

g = Golden(OUT, "lstm_keras", SET, "Keras LSTM, i,f,c,o gates, kernel [I,4H], x [N,T,I]; 'converted' holds the same weights for PyTorch and ONNX")
k = lambda name, *a, **kw: K.case(g, name, *a, rng, **kw)
k("n2t3i4h5", 2, 3, 4, 5); k("nobias", 2, 3, 3, 4, bias=False); k("state", 2, 3, 4, 3, state=True); k("hard_sigmoid", 2, 4, 3, 5, recurrent_activation="hard_sigmoid"); k("go_backwards", 2, 4, 3, 2, go_backwards=True); k("h7", 1, 2, 3, 7); k("h16", 2, 3, 8, 16)
g.save()

# ---------------------------------------------------------------- training
rng = np.random.default_rng(1005)
g = Golden(OUT, "train", SET, "20 optimiser steps of a char LSTM: losses and gradient norms (before clipping) at each step, final weights; ids as in attrs.chars")
text = "the quick brown fox jumps over the lazy dog; pack my box with five dozen liquor jugs. "
tr = lambda name, *a, **k: T.trajectory(g, name, text, *a, rng, **k)
tr("sgd", 8, 4, 16, 20, "sgd", dict(lr=0.5)); tr("sgd_momentum_clip", 8, 4, 16, 20, "sgd", dict(lr=0.5, momentum=0.9), clip=0.5); tr("adam", 8, 4, 16, 20, "adam", dict(lr=0.02))
tr("adam_clip_2layer_embed_stateful", 6, 3, 12, 20, "adam", dict(lr=0.01, betas=(0.9, 0.99), eps=1e-8), layers=2, embed=7, clip=0.25, stateful=True); tr("adamw", 6, 3, 9, 20, "adamw", dict(lr=0.02, weight_decay=0.1))
g.save()
