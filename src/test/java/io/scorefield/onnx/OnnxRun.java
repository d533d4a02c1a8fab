package io.scorefield.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// An ONNX file in ONNX Runtime, which reads and executes it without this program.
public final class OnnxRun implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final OrtSession session;

  public OnnxRun(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(file.toString(), options);
    }
  }

  public OnnxRun with(String name, float[] values, long... shape) throws OrtException {
    return with(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
  }

  public OnnxRun with(String name, long[] values, long... shape) throws OrtException {
    return with(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
  }

  private OnnxRun with(String name, OnnxTensor tensor) {
    OnnxTensor before = inputs.put(name, tensor);
    if (before != null) {
      before.close();
    }
    return this;
  }

  /// The outputs by name.
  public Map<String, double[]> run() throws OrtException {
    Map<String, double[]> outputs = new TreeMap<>();
    try (OrtSession.Result result = session.run(inputs)) {
      for (Map.Entry<String, OnnxValue> entry : result) {
        OnnxTensor tensor = (OnnxTensor) entry.getValue();
        double[] values = new double[(int) tensor.getInfo().getNumElements()];
        boolean single = tensor.getFloatBuffer() != null;
        for (int i = 0; i < values.length; i++) {
          values[i] = single ? tensor.getFloatBuffer().get(i) : tensor.getDoubleBuffer().get(i);
        }
        outputs.put(entry.getKey(), values);
      }
    }
    return outputs;
  }

  public OrtSession session() {
    return session;
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    session.close();
  }
}
