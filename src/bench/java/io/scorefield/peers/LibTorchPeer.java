package io.scorefield.peers;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The same work in LibTorch, as one would write it: eager tensors, its own noise unless it is fed some.
@SuppressWarnings("try") // scopes are opened for what they do when they close
final class LibTorchPeer {
  private final PeerNetwork network;

  LibTorchPeer(PeerNetwork network) {
    this.network = network;
  }

  /// A perceptron.
  static LibTorchPeer of(Network network) {
    return new LibTorchPeer(new MlpPeer(network));
  }

  /// The threads of LibTorch's own loops, and those of the library that multiplies matrices for it, which keeps its own.
  static void threads(int threads) {
    torch.set_num_threads(threads);
    MatrixThreads.set(threads);
  }

  /// Samples [n, D] by the first `rowCount` rows of the program; gradients are of ||x0hat| - radius|.
  ///
  /// @param feed the noise to use; empty: LibTorch's own
  float[] sample(StepProgram program, int rowCount, int n, double radius, Optional<Feed> feed) {
    int dimension = network.dimension();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor x =
          feed.isPresent()
              ? Tensors.of(feed.get().prior(), 0, n, dimension)
              : torch.randn(n, dimension).mul(new Scalar(program.priorScale()));
      x.retainReference();
      for (int r = 0; r < rowCount; r++) {
        StepRow row = program.rows().get(r);
        try (PointerScope inner = new PointerScope()) {
          Tensor next =
              row.guidance() == 0 ? step(row, r, x, n, feed) : guided(row, x, n, radius);
          next.retainReference();
          x.releaseReference();
          x = next;
        }
      }
      float[] samples = new float[n * dimension];
      new FloatPointer(x.data_ptr_float()).get(samples);
      x.releaseReference();
      return samples;
    }
  }

  private Tensor withFeatures(StepRow row, Tensor x, int n) {
    double[] own = row.timeFeatures();
    int features = own.length;
    float[] numbers = new float[features];
    for (int e = 0; e < features; e++) {
      numbers[e] = (float) own[e];
    }
    Tensor time = Tensors.of(numbers, 0, 1, features).expand(n, features);
    Tensor scaled = row.inputScale() == 1 ? x : x.mul(new Scalar(row.inputScale()));
    return torch.cat(new TensorVector(scaled, time), 1);
  }

  private Tensor step(StepRow row, int number, Tensor x, int n, Optional<Feed> feed) {
    Tensor next = x.mul(new Scalar(row.state()));
    if (row.usesNetwork()) {
      next.add_(network.forward(withFeatures(row, x, n)), new Scalar(row.output()));
    }
    if (row.noise() != 0) {
      Tensor z =
          feed.isPresent()
              ? Tensors.of(feed.get().noise()[number], 0, n, network.dimension())
              : torch.randn(n, network.dimension());
      next.add_(z, new Scalar(row.noise()));
    }
    return next;
  }

  /// A row that only corrects: x - guidance * gradient of the sum of ||x0hat| - radius|.
  private Tensor guided(StepRow row, Tensor x, int n, double radius) {
    try (AutoGradMode on = new AutoGradMode(true)) {
      Tensor leaf = x.detach().requires_grad_(true);
      Tensor x0 = leaf.mul(new Scalar(row.x0FromX()));
      if (row.x0FromOutput() != 0) {
        x0 = x0.add(network.forward(withFeatures(row, leaf, n)), new Scalar(row.x0FromOutput()));
      }
      x0.square().sum(1).sqrt().sub(new Scalar(radius)).abs().sum().backward();
      Tensor gradient = leaf.grad();
      return x.detach().sub(gradient, new Scalar(row.guidance()));
    }
  }

  /// A training by Adam at a constant learning rate.
  final class Training implements AutoCloseable {
    private final Adam adam;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private final List<Tensor> weight = new ArrayList<>();

    /// @param steps the batches, used in turn
    Training(List<PreparedStep> steps, double learningRate) {
      TensorVector parameters = new TensorVector();
      for (Tensor parameter : network.parameters()) {
        parameter.requires_grad_(true);
        parameters.push_back(parameter);
      }
      adam = new Adam(parameters, new AdamOptions(learningRate));
      for (PreparedStep step : steps) {
        int batch = step.weight().length;
        inputs.add(Tensors.of(step.input(), 0, batch, step.input().length / batch));
        targets.add(Tensors.of(step.target(), 0, batch, network.dimension()));
        weight.add(Tensors.of(step.weight(), 0, batch, 1));
      }
    }

    /// The losses of consecutive steps.
    double[] advance(long first, int count) {
      double[] losses = new double[count];
      for (int k = 0; k < count; k++) {
        int slot = (int) ((first + k) % inputs.size());
        try (PointerScope scope = new PointerScope()) {
          adam.zero_grad();
          Tensor error = network.forward(inputs.get(slot)).sub(targets.get(slot));
          Tensor loss =
              error.square().mul(weight.get(slot)).sum().mul(new Scalar(1.0 / targets.get(slot).size(0)));
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
