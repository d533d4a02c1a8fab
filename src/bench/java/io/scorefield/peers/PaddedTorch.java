package io.scorefield.peers;

import io.scorefield.engine.StepRow;
import io.scorefield.peers.PaddedPeer.Masks;
import io.scorefield.peers.PaddedWork.Padded;
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

/// Training and sampling of samples of different sizes in LibTorch, as one would write it.
@SuppressWarnings("try") // scopes are opened for what they do when they close
final class PaddedTorch {
  private final PaddedWork work;
  private final PaddedPeer network;

  PaddedTorch(PaddedWork work) {
    this.work = work;
    network = work.peer();
  }

  private Tensor tensor(Padded padded) {
    return Tensors.of(padded.numbers(), 0, padded.counts().length, padded.rows(), padded.width());
  }

  /// Outputs for states at one noise level, [n, rows, width].
  float[] output(Padded input, float[] time) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      int n = input.counts().length;
      Tensor times = Tensors.of(time, 0, 1, time.length).expand(n, time.length);
      return Tensors.numbers(network.forward(tensor(input), times, Masks.of(input)));
    }
  }

  /// Samples [n, rows, width] by the first rows of the program.
  ///
  /// @param told the states that samples begin with, where the noise is to be the engines', to compare; else it is LibTorch's own
  float[] sample(Padded start, int rows, Optional<float[]> told) {
    int n = start.counts().length;
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Masks masks = Masks.of(start);
      Tensor x = tensor(start);
      x.retainReference();
      for (int r = 0; r < rows; r++) {
        StepRow row = work.program().rows().get(r);
        try (PointerScope inner = new PointerScope()) {
          Tensor next = step(row, x, masks, told.map(states -> tensor(work.padded(work.noise(row, n), states))));
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

  private Tensor step(StepRow row, Tensor x, Masks masks, Optional<Tensor> fed) {
    Tensor next = x.mul(new Scalar(row.state()));
    if (row.usesNetwork()) {
      double[] features = row.timeFeatures();
      float[] time = new float[features.length];
      for (int e = 0; e < time.length; e++) {
        time[e] = (float) features[e];
      }
      Tensor times = Tensors.of(time, 0, 1, time.length).expand(x.size(0), time.length);
      Tensor scaled = row.inputScale() == 1 ? x : x.mul(new Scalar(row.inputScale()));
      next.add_(network.forward(scaled, times, masks), new Scalar(row.output()));
    }
    if (row.noise() != 0) {
      next.add_(fed.isPresent() ? fed.get() : network.noise(x, masks), new Scalar(row.noise()));
    }
    return next;
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
    Training(List<PaddedWork.Step> steps) {
      TensorVector parameters = new TensorVector();
      for (Tensor parameter : network.parameters()) {
        parameter.requires_grad_(true);
        parameters.push_back(parameter);
      }
      adam = new Adam(parameters, new AdamOptions(work.rate()));
      for (PaddedWork.Step step : steps) {
        int batch = step.weight().length;
        inputs.add(tensor(step.input()));
        targets.add(tensor(step.target()));
        times.add(Tensors.of(step.time(), 0, batch, step.time().length / batch));
        weight.add(Tensors.of(step.weight(), 0, batch, 1, 1));
        masks.add(Masks.of(step.input()));
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
