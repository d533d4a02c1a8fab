package io.scorefield.peers;

import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// A perceptron in LibTorch.
final class MlpPeer implements PeerNetwork {
  private final Mlp mlp;
  private final List<Tensor> weights = new ArrayList<>();
  private final List<TensorOptional> biases = new ArrayList<>();
  private final List<Tensor> parameters = new ArrayList<>();

  MlpPeer(Network network) {
    mlp = (Mlp) network.architecture();
    for (int layer = 0; layer < mlp.layers(); layer++) {
      int in = mlp.in(layer);
      int out = mlp.out(layer);
      Tensor weight = Tensors.of(network.parameters(), mlp.weightOffset(layer), out, in);
      Tensor bias = Tensors.of(network.parameters(), mlp.biasOffset(layer), out);
      weights.add(weight);
      biases.add(new TensorOptional(bias));
      parameters.add(weight);
      parameters.add(bias);
    }
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = input;
    for (int layer = 0; layer < mlp.layers(); layer++) {
      x = torch.linear(x, weights.get(layer), biases.get(layer));
      if (layer < mlp.layers() - 1) {
        x =
            mlp.activation() == Activation.TANH
                ? torch.tanh(x)
                : torch.leaky_relu(x, new Scalar(Activation.LEAKY_SLOPE));
      }
    }
    return x;
  }

  @Override
  public List<Tensor> parameters() {
    return parameters;
  }

  @Override
  public int dimension() {
    return mlp.dimension();
  }
}
