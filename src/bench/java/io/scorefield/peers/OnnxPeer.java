package io.scorefield.peers;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/// The same sampling in ONNX Runtime: the network is its graph, with the time features folded into a bias as
/// in our engine; the update of the state is a plain loop here, and its noise is drawn beforehand.
final class OnnxPeer implements AutoCloseable {
  private static final int POOL = 1 << 20;

  private final Network network;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final float[] pool = new float[POOL];

  OnnxPeer(Network network, int threads) throws OrtException {
    this.network = network;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model(network), options);
    }
    new NoiseSource(9).normals(NoiseStream.SAMPLER, 0, 0, pool, 0, POOL);
  }

  private static byte[] model(Network network) {
    Mlp mlp = (Mlp) network.architecture();
    OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("mlp");
    graph.addInput(value("x", 0, mlp.dimension()));
    graph.addInput(value("bias", 1, mlp.out(0)));
    String from = "x";
    for (int layer = 0; layer < mlp.layers(); layer++) {
      boolean last = layer == mlp.layers() - 1;
      int in = layer == 0 ? mlp.dimension() : mlp.in(layer);
      graph.addInitializer(weight(network, layer, in));
      if (layer > 0) {
        graph.addInitializer(bias(network, layer));
      }
      String sum = last ? "output" : "sum" + layer;
      graph.addNode(
          OnnxMl.NodeProto.newBuilder()
              .setOpType("Gemm")
              .addInput(from)
              .addInput("weight" + layer)
              .addInput(layer == 0 ? "bias" : "bias" + layer)
              .addOutput(sum));
      if (!last) {
        OnnxMl.NodeProto.Builder activation =
            OnnxMl.NodeProto.newBuilder().addInput(sum).addOutput("layer" + layer);
        if (mlp.activation() == Activation.TANH) {
          activation.setOpType("Tanh");
        } else {
          activation
              .setOpType("LeakyRelu")
              .addAttribute(
                  OnnxMl.AttributeProto.newBuilder()
                      .setName("alpha")
                      .setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
                      .setF((float) Activation.LEAKY_SLOPE));
        }
        graph.addNode(activation);
      }
      from = "layer" + layer;
    }
    graph.addOutput(value("output", 0, mlp.dimension()));
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /// A float tensor [samples, columns], or [columns] where `fixed` is 1.
  private static OnnxMl.ValueInfoProto value(String name, int fixed, int columns) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    if (fixed == 0) {
      shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("samples"));
    }
    shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(columns));
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }

  /// The first `in` columns of a layer's weights, transposed to [in, out].
  private static OnnxMl.TensorProto weight(Network network, int layer, int in) {
    Mlp mlp = (Mlp) network.architecture();
    int out = mlp.out(layer);
    float[] transposed = new float[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        transposed[i * out + o] = network.parameters()[mlp.weightOffset(layer) + o * mlp.in(layer) + i];
      }
    }
    return tensor("weight" + layer, transposed, in, out);
  }

  private static OnnxMl.TensorProto bias(Network network, int layer) {
    Mlp mlp = (Mlp) network.architecture();
    float[] bias = new float[mlp.out(layer)];
    System.arraycopy(network.parameters(), mlp.biasOffset(layer), bias, 0, bias.length);
    return tensor("bias" + layer, bias, bias.length);
  }

  private static OnnxMl.TensorProto tensor(String name, float[] numbers, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long side : shape) {
      tensor.addDims(side);
    }
    return tensor.build();
  }

  /// Samples [n, D] by the first `rowCount` rows of a program without guidance.
  ///
  /// @param feed the noise to use; empty: numbers drawn beforehand, over and over
  float[] sample(StepProgram program, int rowCount, int n, Optional<Feed> feed) throws OrtException {
    int dimension = network.architecture().dimension();
    FloatBuffer state = direct(n * dimension);
    FloatBuffer output = direct(n * dimension);
    FloatBuffer bias = direct(((Mlp) network.architecture()).out(0));
    float[] x = new float[n * dimension];
    float[] o = new float[n * dimension];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          feed.isPresent()
              ? feed.get().prior()[i]
              : (float) program.priorScale() * pool[i & (POOL - 1)];
    }
    long[] shape = {n, dimension};
    try (OnnxTensor in = OnnxTensor.createTensor(environment, state, shape);
        OnnxTensor out = OnnxTensor.createTensor(environment, output, shape);
        OnnxTensor folded =
            OnnxTensor.createTensor(environment, bias, new long[] {((Mlp) network.architecture()).out(0)})) {
      Map<String, OnnxTensor> inputs = Map.of("x", in, "bias", folded);
      for (int r = 0; r < rowCount; r++) {
        StepRow row = program.rows().get(r);
        fold(row, bias);
        state.put(0, x);
        session.run(inputs, Map.of("output", out)).close();
        output.get(0, o);
        float[] noise = feed.isPresent() ? feed.get().noise()[r] : pool;
        int offset = feed.isPresent() ? 0 : r * 7919;
        int mask = feed.isPresent() ? Integer.MAX_VALUE : POOL - 1;
        float a = (float) row.state();
        float b = (float) row.output();
        float c = (float) row.noise();
        for (int i = 0; i < x.length; i++) {
          x[i] = a * x[i] + b * o[i] + c * noise[(i + offset) & mask];
        }
      }
    }
    return x;
  }

  private void fold(StepRow row, FloatBuffer bias) {
    Mlp mlp = (Mlp) network.architecture();
    double[] features = row.timeFeatures();
    for (int h = 0; h < mlp.out(0); h++) {
      double sum = network.parameters()[mlp.biasOffset(0) + h];
      for (int e = 0; e < features.length; e++) {
        sum +=
            network.parameters()[mlp.weightOffset(0) + h * mlp.in(0) + mlp.dimension() + e]
                * features[e];
      }
      bias.put(h, (float) sum);
    }
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(4 * floats).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
