package io.scorefield.peers;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/// A network written in LibTorch.
interface PeerNetwork {
  /// @param input [n, D + E]: x as the network sees it, and behind it the time features
  /// @return [n, D]
  Tensor forward(Tensor input);

  List<Tensor> parameters();

  /// D.
  int dimension();
}
