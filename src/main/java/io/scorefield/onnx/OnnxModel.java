package io.scorefield.onnx;

import io.scorefield.io.AtomicFile;
import io.scorefield.io.ProtoMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// An ONNX file: a graph, and what it is of.
public final class OnnxModel {
  /// The format allows no more.
  private static final long LARGEST = Integer.MAX_VALUE;

  private final OnnxGraph graph;
  private final String kind;
  private final String meaning;

  OnnxModel(OnnxGraph graph, String kind, String meaning) {
    this.graph = graph;
    this.kind = kind;
    this.meaning = meaning;
  }

  /// How many operations it has.
  public int operations() {
    return graph.nodeCount();
  }

  /// Writes the file.
  ///
  /// @param version of the program
  /// @param metadata what else is to be known of it
  public void write(Path file, String version, Map<String, String> metadata) throws IOException {
    ProtoMessage model =
        new ProtoMessage()
            .whole(1, OnnxGraph.IR_VERSION)
            .text(2, "scorefield")
            .text(3, version)
            .text(6, meaning)
            .message(7, graph.message(kind, meaning))
            .message(8, new ProtoMessage().text(1, "").whole(2, OnnxGraph.OPERATOR_SET));
    Map<String, String> all = new TreeMap<>(metadata);
    all.put("kind", kind);
    all.forEach((key, value) -> model.message(14, new ProtoMessage().text(1, key).text(2, value)));
    if (model.size() > LARGEST) {
      throw new IOException(file + ": the network is too large for ONNX, whose files end at 2 GiB");
    }
    AtomicFile.write(file, model::write);
  }
}
