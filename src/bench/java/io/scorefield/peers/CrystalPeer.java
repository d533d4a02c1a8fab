package io.scorefield.peers;

import io.scorefield.experiment.settings.CrystalNetConfig;
import io.scorefield.network.architecture.CrystalNet;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The network of crystals ({@link CrystalNet}) in LibTorch.
final class CrystalPeer extends PaddedPeer {
  private static final int TIMES = 16;

  private final CrystalWork work;
  private final int layers;
  private final int hidden;
  private final int frequencies;
  private final Tensor elements;
  private final Tensor properties;
  private final Tensor timeFrequencies;
  private final Tensor timePhases;
  private final Tensor angles;

  CrystalPeer(CrystalWork work) {
    super(work.network());
    this.work = work;
    layers = work.shape().layers();
    hidden = work.shape().hidden();
    frequencies = work.shape().frequencies();
    double[][] table = CrystalNetConfig.properties();
    List<String> names = new ArrayList<>();
    float[] numbers = new float[table.length * table[0].length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) table[i / table[0].length][i % table[0].length];
    }
    for (int p = 0; p < table[0].length; p++) {
      names.add("property." + p);
    }
    properties = Tensors.of(numbers, 0, table.length, table[0].length);
    // Looked up instead of multiplied with.
    elements = parameter(tensor(blocks.get("element.weight")).t().contiguous());
    linear("properties", names.toArray(String[]::new));
    linear("told", "told.time", "told.cell", "told.count");
    for (String name : List.of("told.1", "cell.0", "cell.1", "coordinates.node", "coordinates.edge")) {
      linear(name, name);
    }
    for (int layer = 0; layer < layers; layer++) {
      String name = "layers." + layer;
      linear(name + ".edge", name + ".edge.target", name + ".edge.source", name + ".edge.fourier");
      linear(name + ".edge.1", name + ".edge.1");
      linear(name + ".node", name + ".node.own", name + ".node.message");
      linear(name + ".node.1", name + ".node.1");
    }
    float[] frequency = new float[TIMES];
    float[] phase = new float[TIMES];
    for (int i = 0; i < TIMES; i++) {
      frequency[i] = (float) (0.4 * Math.pow(1.6, i / 2));
      phase[i] = (float) (i % 2 * Math.PI / 2);
    }
    timeFrequencies = Tensors.of(frequency, 0, 1, TIMES);
    timePhases = Tensors.of(phase, 0, 1, TIMES);
    float[] angle = new float[frequencies];
    for (int k = 0; k < frequencies; k++) {
      angle[k] = (float) (2 * Math.PI * (k + 1));
    }
    angles = Tensors.of(angle, 0, frequencies);
  }

  private Tensor norm(Tensor h) {
    return torch.layer_norm(h, hidden);
  }

  /// @param input [n, N + 2, 3], the last two rows are the cell
  @Override
  Tensor forward(Tensor input, Tensor time, Masks masks) {
    long samples = input.size(0);
    long particles = input.size(1) - 2;
    Tensor logSigma = time.narrow(1, 0, 1);
    Tensor square = logSigma.mul(new Scalar(2.0)).exp();
    Tensor unscaled = square.add(new Scalar(1.0)).sqrt();
    Tensor positions = input.narrow(1, 0, particles).mul(unscaled.unsqueeze(2));
    Tensor cell = input.narrow(1, particles, 2).reshape(samples, CrystalNet.CELL).mul(unscaled).mul(new Scalar(1 / CrystalNet.CELL_SCALE));
    Tensor share = square.mul(new Scalar(1 / (CrystalNet.CELL_SCALE * CrystalNet.CELL_SCALE))).add(new Scalar(1.0)).sqrt().reciprocal();
    Tensor counts = masks.counts().squeeze(2);
    Tensor wave = logSigma.mul(timeFrequencies).add(timePhases).sin();
    Tensor told = torch.cat(new TensorVector(wave, cell.mul(share), counts.mul(new Scalar(1.0 / work.most()))), 1);
    told = map("told.1", torch.silu(map("told", told)));
    Tensor kinds = masks.kinds().sub(new Scalar(1)).clamp_min(new Scalar(0));
    Tensor h = torch.embedding(elements, kinds).add(map("properties", torch.embedding(properties, kinds))).add(told.unsqueeze(1));
    Tensor angle = differences(positions).unsqueeze(4).mul(angles);
    Tensor phi = torch.cat(new TensorVector(angle.sin(), angle.cos()), 4).reshape(samples, particles, particles, 6L * frequencies);
    Tensor message = phi;
    for (int layer = 0; layer < layers; layer++) {
      String name = "layers." + layer;
      Tensor q = norm(h);
      Tensor seen = torch.cat(new TensorVector(own(q), others(q), phi), 3);
      message = torch.silu(map(name + ".edge.1", torch.silu(map(name + ".edge", seen)))).mul(masks.pairs());
      Tensor mean = message.sum(2).div(masks.counts());
      h = h.add(map(name + ".node.1", torch.silu(map(name + ".node", torch.cat(new TensorVector(q, mean), 2)))));
    }
    Tensor q = norm(h);
    Tensor mean = q.mul(masks.atoms()).sum(1).div(counts);
    Tensor head = map("cell.1", torch.silu(map("cell.0", mean)));
    Tensor known = logSigma.exp().mul(new Scalar(1 / CrystalNet.CELL_SCALE)).mul(share.square());
    Tensor ofCell = cell.mul(known).sub(head.mul(share)).reshape(samples, 2, 3);
    return torch.cat(new TensorVector(coordinates(q, message, phi, logSigma, square, masks), ofCell), 1);
  }

  private Tensor coordinates(Tensor q, Tensor message, Tensor phi, Tensor logSigma, Tensor square, Masks masks) {
    Tensor sums = map("coordinates.edge", message).mul(phi).sum(2).reshape(q.size(0), q.size(1), 3, 2L * frequencies);
    Tensor near = square.add(new Scalar(1e-4)).sqrt().reciprocal().mul(new Scalar(0.15)).unsqueeze(2).div(masks.counts());
    Tensor along = sums.sum(new long[] {3}, false, new ScalarTypeOptional()).mul(near);
    Tensor damped = logSigma.mul(new Scalar(3.0)).exp().mul(new Scalar(-1 / Math.pow(0.33, 3))).exp().unsqueeze(2);
    return masks.centred(map("coordinates.node", q).add(along).mul(damped));
  }

  @Override
  Tensor noise(Tensor x, Masks masks) {
    long particles = x.size(1) - 2;
    return torch.cat(new TensorVector(masks.centred(torch.randn(x.size(0), particles, 3)), torch.randn(x.size(0), 2, 3)), 1);
  }
}
