package io.scorefield.experiment.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;

/// The files of a run. These names are promised to scripts.
public record RunFolder(Path root) {
  /// The method name of unguided samples.
  public static final String PLAIN = "plain";

  /// Makes the folder where it is missing.
  ///
  /// @throws IOException when it cannot be made or written
  public RunFolder create() throws IOException {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new IOException("cannot make the folder " + root + ": a file has that name");
    }
    try {
      Files.createDirectories(plots());
      Files.delete(Files.createTempFile(root, ".write-test", ""));
    } catch (IOException e) {
      throw new IOException("cannot write to the folder " + root + ": " + e.getMessage(), e);
    }
    return this;
  }

  /// Deletes what was made with an earlier state of the network: samples, structures, tables of measurements, pictures, summary and
  /// report. Files of other names stay.
  public void discardResults() throws IOException {
    RunResults.discard(root);
  }

  /// Deletes the samples of methods that the configuration has no longer.
  ///
  /// @param kept the files of those that it has
  public void discardSamplesBut(Set<Path> kept) throws IOException {
    RunResults.discardSamplesBut(root, kept);
  }

  /// Deletes the tables and the picture of a measurement that the configuration has no longer.
  ///
  /// @param name bound, thermodynamics or posterior
  public void discardMeasurement(String name) throws IOException {
    RunResults.discardMeasurement(root, name);
  }

  /// Deletes a file of samples, and the molecules or crystals beside it.
  public void discardSamples(Path samples) throws IOException {
    RunResults.discardSamples(samples);
  }

  /// Marks the folder as one of ours, and is locked while a process works in it ({@link RunLock}).
  public Path marker() {
    return root.resolve(".scorefield");
  }

  public Path config() {
    return root.resolve("config.yaml");
  }

  public Path checkpoint() {
    return root.resolve("checkpoint.safetensors");
  }

  /// The checkpoint of the least loss on held-out points.
  public Path best() {
    return root.resolve("best.safetensors");
  }

  /// The checkpoint that a new training in the same folder has replaced.
  public Path previous() {
    return root.resolve("previous.safetensors");
  }

  /// Takes an earlier training out of the way of a new one, before that says anything of its own. One that has left no checkpoint
  /// may have left other files.
  ///
  /// @return whether there was a checkpoint
  public boolean retire() throws IOException {
    boolean trained = Files.exists(checkpoint());
    if (trained) {
      Files.move(checkpoint(), previous(), StandardCopyOption.REPLACE_EXISTING);
    }
    discardResults();
    Files.deleteIfExists(best());
    Files.deleteIfExists(metrics());
    Files.deleteIfExists(levels());
    return trained;
  }

  /// The training of the autoencoder, where the diffusion works on its codes.
  public Path autoencoder() {
    return root.resolve("autoencoder.safetensors");
  }

  /// Its loss by step.
  public Path autoencoderLosses() {
    return root.resolve("autoencoder.csv");
  }

  /// The autoencoder of compositions, where these are generated.
  public Path compositions() {
    return root.resolve("compositions.safetensors");
  }

  /// Snapshots of the average of the weights.
  public Path snapshots() {
    return root.resolve("snapshots");
  }

  public Path metrics() {
    return root.resolve("metrics.csv");
  }

  /// Errors and residuals by noise level.
  public Path levels() {
    return root.resolve("levels.csv");
  }

  /// Energies, free energies and entropies over the temperature.
  public Path thermodynamics() {
    return root.resolve("thermodynamics.csv");
  }

  /// The same by noise level.
  public Path thermodynamicLevels() {
    return root.resolve("thermodynamics-levels.csv");
  }

  /// The variational bound by noise level.
  public Path bound() {
    return root.resolve("bound.csv");
  }

  public Path summary() {
    return root.resolve("summary.json");
  }

  public Path table() {
    return root.resolve("table.csv");
  }

  public Path plots() {
    return root.resolve("plots");
  }

  public Path report() {
    return root.resolve("report.html");
  }

  /// Posterior samples of an inverse problem, those of one measurement after the other.
  public Path posterior(String method) {
    return root.resolve("posterior-" + method + ".npy");
  }

  /// The samples of a method: samples.npy for {@link #PLAIN}, samples-METHOD.npy for the others.
  public Path samples(String method) {
    return root.resolve(method.equals(PLAIN) ? "samples.npy" : "samples-" + method + ".npy");
  }
}
