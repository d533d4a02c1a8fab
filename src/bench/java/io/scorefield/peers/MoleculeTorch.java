package io.scorefield.peers;

import io.scorefield.engine.StepRow;
import io.scorefield.peers.MoleculePeer.Masks;
import io.scorefield.peers.MoleculeWork.Padded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Training and sampling of molecules in LibTorch, as one would write it.
@SuppressWarnings("try") // scopes are opened for what they do when they close
final class MoleculeTorch {
  private final MoleculeWork work;
  private final MoleculePeer network;

  MoleculeTorch(MoleculeWork work) {
    this.work = work;
    network = new MoleculePeer(work);
  }

  private Tensor tensor(Padded padded) {
    return Tensors.of(padded.numbers(), 0, padded.counts().length, padded.particles(), 3 + work.features());
  }

  /// Outputs for states at one noise level, [n, N (3 + F)].
  float[] output(Padded input, float[] time) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      int n = input.counts().length;
      Tensor times = Tensors.of(time, 0, 1, time.length).expand(n, time.length);
      return Tensors.numbers(network.forward(tensor(input), times, Masks.of(input.counts(), input.particles())));
    }
  }

  /// Samples [n, N (3 + F)] by the first rows of the program.
  ///
  /// @param fed whether the noise is the engines', to compare; else it is LibTorch's own
  float[] sample(Padded start, int rows, boolean fed) {
    int n = start.counts().length;
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Masks masks = Masks.of(start.counts(), start.particles());
      Tensor x = tensor(start);
      x.retainReference();
      for (int r = 0; r < rows; r++) {
        StepRow row = work.program().rows().get(r);
        try (PointerScope inner = new PointerScope()) {
          Tensor next = step(row, x, masks, fed ? Optional.of(fed(row, start)) : Optional.empty());
          next.retainReference();
          x.releaseReference();
          x = next;
        }
      }
      float[] samples = Tensors.numbers(x);
      x.releaseReference();
      return samples;
    }
  }

  private Tensor fed(StepRow row, Padded start) {
    float[] noise = work.noise(row, start.counts().length);
    float[] counted = new float[noise.length];
    for (int i = 0; i < start.counts().length; i++) {
      counted[(i + 1) * work.width() - 1] = start.counts()[i];
    }
    return tensor(work.padded(noise, counted));
  }

  private Tensor step(StepRow row, Tensor x, Masks masks, Optional<Tensor> fed) {
    Tensor next = x.mul(new Scalar(row.state()));
    if (row.usesNetwork()) {
      float[] time = new float[row.timeFeatures().length];
      for (int e = 0; e < time.length; e++) {
        time[e] = (float) row.timeFeatures()[e];
      }
      Tensor times = Tensors.of(time, 0, 1, time.length).expand(x.size(0), time.length);
      Tensor scaled = row.inputScale() == 1 ? x : x.mul(new Scalar(row.inputScale()));
      next.add_(network.forward(scaled, times, masks), new Scalar(row.output()));
    }
    if (row.noise() != 0) {
      next.add_(fed.isPresent() ? fed.get() : noise(x, masks), new Scalar(row.noise()));
    }
    return next;
  }

  private static Tensor noise(Tensor x, Masks masks) {
    Tensor places = masks.centred(torch.randn(x.size(0), x.size(1), 3));
    Tensor types = torch.randn(x.size(0), x.size(1), x.size(2) - 3).mul(masks.atoms());
    return torch.cat(new TensorVector(places, types), 2);
  }

  /// A training by Adam at a constant learning rate.
  final class Training implements AutoCloseable {
    private final Adam adam;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private final List<Tensor> times = new ArrayList<>();
    private final List<Tensor> weight = new ArrayList<>();
    private final List<Masks> masks = new ArrayList<>();

    /// @param steps the batches, used in turn
    Training(List<MoleculeWork.Step> steps) {
      TensorVector parameters = new TensorVector();
      for (Tensor parameter : network.parameters()) {
        parameter.requires_grad_(true);
        parameters.push_back(parameter);
      }
      adam = new Adam(parameters, new AdamOptions(work.rate()));
      for (MoleculeWork.Step step : steps) {
        int batch = step.weight().length;
        inputs.add(tensor(step.input()));
        targets.add(tensor(step.target()));
        times.add(Tensors.of(step.time(), 0, batch, step.time().length / batch));
        weight.add(Tensors.of(step.weight(), 0, batch, 1, 1));
        masks.add(Masks.of(step.input().counts(), step.input().particles()));
      }
    }

    /// The losses of consecutive steps.
    double[] advance(long first, int count) {
      double[] losses = new double[count];
      for (int k = 0; k < count; k++) {
        int slot = (int) ((first + k) % inputs.size());
        try (PointerScope scope = new PointerScope()) {
          adam.zero_grad();
          Tensor error = network.forward(inputs.get(slot), times.get(slot), masks.get(slot)).sub(targets.get(slot));
          Tensor loss = error.square().mul(weight.get(slot)).sum().mul(new Scalar(1.0 / targets.get(slot).size(0)));
          loss.backward();
          adam.step();
          losses[k] = loss.item_float();
        }
      }
      return losses;
    }

    @Override
    public void close() {
      adam.close();
    }
  }
}
