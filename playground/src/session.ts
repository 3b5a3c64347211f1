// A training run of examples/dinosaurs with the options of `npm start`, step by step.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type LstmCellStep, lstmCell, type Softcell } from "softcell";
import { BOUNDARY, bigramLoss, type Corpus, loadCorpus, makeBatch } from "../../examples/dinosaurs/data.js";
import { invent } from "../../examples/dinosaurs/invent.js";
import { NameModel } from "../../examples/dinosaurs/model.js";
import { training } from "../../examples/dinosaurs/training.js";
import type { Step } from "../../examples/loop.js";
import { type Gates, STEPS } from "./dinosaurs-messages.js";

export const SEED = 1;
const HIDDEN = 128;
const NAMES = { names: 6, temperature: 0.7, seed: SEED };

export class Session {
  readonly corpus: Corpus = loadCorpus(SEED);
  readonly bigram: number;
  /** Steps done. */
  step = 0;
  private readonly model: NameModel;
  private readonly train: (step: number) => Step;

  /** `sc` was made with SEED. */
  constructor(private readonly sc: Softcell) {
    this.bigram = bigramLoss(this.corpus);
    this.model = new NameModel(sc, this.corpus.alphabet, HIDDEN);
    this.train = training(this.model, this.corpus, { steps: STEPS, seed: SEED });
  }

  get done(): boolean {
    return this.step === STEPS;
  }

  /** The loss of the next step. */
  next(): number {
    return this.train(this.step++).loss;
  }

  /** Nats a character of names that were never trained on. */
  heldOutLoss(): number {
    return this.model.loss(makeBatch(this.corpus.heldOut, this.corpus.alphabet));
  }

  names(): string[] {
    return invent(this.model, this.corpus, NAMES);
  }

  /** As a name is read; characters that no dinosaur has are left out. */
  gates(name: string): Gates {
    const { sc, corpus, model } = this;
    const [embedding, lstm] = model.layers;
    const cell = lstmCell(sc, { inputSize: lstm.inputSize, hiddenSize: HIDDEN });
    cell.loadStateDict(
      Object.fromEntries(Object.entries(lstm.stateDict()).map(([key, entry]) => [key.replace("_l0", ""), entry])),
    );
    const ids = [...name.toLowerCase()].map((c) => corpus.alphabet.indexOf(c)).filter((id) => id > 0);
    const values = new Float32Array((ids.length + 1) * 4 * HIDDEN);
    let state: LstmCellStep | undefined;
    for (const [t, id] of [0, ...ids].entries()) {
      const next = cell.forward(embedding.forward(Int32Array.of(id)), state, { training: false });
      values.set(next.gates.data, t * 4 * HIDDEN);
      state?.dispose();
      state = next;
    }
    state?.dispose();
    cell.dispose();
    const text = [BOUNDARY, ...ids.map((id) => corpus.alphabet[id])].join("");
    return { text, hidden: HIDDEN, values };
  }

  /** SHA-256 of the weights, as examples/fingerprint.ts has it. */
  fingerprint(): string {
    const hash = sha256.create();
    for (const layer of this.model.layers) {
      for (const { data } of Object.values(layer.stateDict())) hash.update(new Uint8Array(data.buffer));
    }
    return bytesToHex(hash.digest());
  }
}
