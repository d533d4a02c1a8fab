package io.scorefield.train;

import io.scorefield.engine.TrainingState;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.io.Safetensors;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A training on disk: one safetensors file, described in docs/formats.md.
///
/// @param metadata what the model is; {@link #FORMAT_KEY} and the step are added when writing
/// @param architecture the network's shape
/// @param state the parameters, their average, Adam's moments and the step
/// @param parts further networks that samples need
public record Checkpoint(Map<String, String> metadata, Architecture architecture, TrainingState state, List<Part> parts) {
  /// A further network, which is not trained any more.
  ///
  /// @param name what its tensors' names begin with
  public record Part(String name, Network network) {}

  /// A training of one network.
  public Checkpoint(Map<String, String> metadata, Architecture architecture, TrainingState state) {
    this(metadata, architecture, state, List.of());
  }

  /// Metadata key whose value names the format and its version.
  public static final String FORMAT_KEY = "format";

  public static final String FORMAT = "scorefield-checkpoint-1";

  /// The format of files with the weights to sample with and nothing else.
  public static final String WEIGHTS_FORMAT = "scorefield-weights-1";

  private static final String STEP_KEY = "step";
  private static final String AVERAGE = "average.";
  private static final String FIRST_MOMENT = "adam.m.";
  private static final String SECOND_MOMENT = "adam.v.";

  /// Writes the file so that a crash leaves either the old or the new one.
  public void write(Path file) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put(FORMAT_KEY, FORMAT);
    all.put(STEP_KEY, Long.toString(state.step()));
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    put(tensors, architecture, "", state.parameters());
    put(tensors, architecture, AVERAGE, state.average());
    put(tensors, architecture, FIRST_MOMENT, state.firstMoment());
    put(tensors, architecture, SECOND_MOMENT, state.secondMoment());
    parts.forEach(part -> put(tensors, part));
    Safetensors safetensors = new Safetensors(all, tensors);
    AtomicFile.write(file, safetensors::write);
  }

  /// Writes a file that can be sampled, but not trained on: the average of the weights without a prefix, and the metadata.
  ///
  /// @param parts further networks that samples need
  public static void writeWeights(Path file, Map<String, String> metadata, Network network, long step, List<Part> parts)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put(FORMAT_KEY, WEIGHTS_FORMAT);
    all.put(STEP_KEY, Long.toString(step));
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    put(tensors, network.architecture(), "", network.parameters());
    parts.forEach(part -> put(tensors, part));
    AtomicFile.write(file, new Safetensors(all, tensors)::write);
  }

  private static void put(Map<String, Safetensors.Tensor> tensors, Part part) {
    put(tensors, part.network().architecture(), part.name() + ".", part.network().parameters());
  }

  private static void put(
      Map<String, Safetensors.Tensor> tensors, Architecture architecture, String prefix, float[] flat) {
    for (Architecture.Block block : architecture.blocks()) {
      float[] values = Arrays.copyOfRange(flat, block.offset(), block.offset() + block.size());
      tensors.put(prefix + block.name(), new Safetensors.Tensor(block.shape(), values));
    }
  }

  /// A file read but not yet matched with a network.
  public record Stored(Path file, Safetensors safetensors) {
    /// A metadata value.
    ///
    /// @throws FormatException when it is missing
    public String require(String key) throws FormatException {
      String value = safetensors.metadata().get(key);
      if (value == null) {
        throw new FormatException(file + ": the metadata lacks '" + key + "'");
      }
      return value;
    }

    /// The training state for a network of the given shape.
    ///
    /// @throws FormatException when tensors are missing, have other shapes, or are not finite
    public TrainingState state(Architecture architecture) throws FormatException {
      if (!hasState()) {
        throw new FormatException(
            file + ": holds weights alone, without their optimiser's state; it can be sampled, or start a training with "
                + "--from, but not be gone on from");
      }
      return new TrainingState(
          step(), flat(architecture, ""), flat(architecture, AVERAGE), flat(architecture, FIRST_MOMENT),
          flat(architecture, SECOND_MOMENT));
    }

    /// Whether a training can go on from the file.
    public boolean hasState() {
      return FORMAT.equals(safetensors.metadata().get(FORMAT_KEY));
    }

    /// The network to sample with: the average of the weights.
    ///
    /// @throws FormatException when tensors are missing, have other shapes, or are not finite
    public Network network(Architecture architecture) throws FormatException {
      return new Network(architecture, flat(architecture, hasState() ? AVERAGE : ""));
    }

    /// A further network.
    ///
    /// @throws FormatException when tensors are missing, have other shapes, or are not finite
    public Network part(String name, Architecture architecture) throws FormatException {
      return new Network(architecture, flat(architecture, name + "."));
    }

    /// Optimiser steps done.
    ///
    /// @throws FormatException when the file does not say
    public long step() throws FormatException {
      long step;
      try {
        step = Long.parseLong(require(STEP_KEY));
      } catch (NumberFormatException e) {
        throw new FormatException(file + ": the step is not a number", e);
      }
      if (step < 0) {
        throw new FormatException(file + ": the step is " + step);
      }
      return step;
    }

    private float[] flat(Architecture architecture, String prefix) throws FormatException {
      // Look before allocating: the shapes below are those of the file, already checked.
      List<Architecture.Block> blocks = architecture.blocks();
      List<float[]> parts = new ArrayList<>();
      for (Architecture.Block block : blocks) {
        parts.add(safetensors.require(file, prefix + block.name(), block.shape()));
      }
      float[] flat = new float[architecture.parameterCount()];
      for (int i = 0; i < blocks.size(); i++) {
        for (float value : parts.get(i)) {
          if (!Float.isFinite(value)) {
            throw new FormatException(file + ": the tensor '" + prefix + blocks.get(i).name() + "' holds " + value);
          }
        }
        System.arraycopy(parts.get(i), 0, flat, blocks.get(i).offset(), parts.get(i).length);
      }
      return flat;
    }
  }

  /// Reads a file and checks that it is a checkpoint of a known version.
  public static Stored read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FormatException(
          file + " is a folder; give a checkpoint in it, for example "
              + file.resolve("checkpoint.safetensors"));
    }
    Stored stored = new Stored(file, Safetensors.read(file));
    String format = stored.require(FORMAT_KEY);
    if (!format.equals(FORMAT) && !format.equals(WEIGHTS_FORMAT)) {
      throw new FormatException(
          file + ": format '" + format + "' is not known; expected '" + FORMAT + "'");
    }
    return stored;
  }
}
