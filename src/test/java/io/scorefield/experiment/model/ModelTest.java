package io.scorefield.experiment.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.scorefield.data.DataSet;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.FormatException;
import io.scorefield.io.Fuzz;
import io.scorefield.network.Network;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A model rebuilt from its checkpoint, and checkpoints that lie.
@Timeout(60)
class ModelTest {
  @TempDir Path folder;
  private Path file;
  private Model model;

  @BeforeEach
  void writeACheckpoint() throws IOException {
    file = folder.resolve("checkpoint.safetensors");
    ExperimentConfig config =
        ExperimentSource.read("circle")
            .with("network.hidden=6")
            .with("network.layers=2")
            .with("data.standardize=true")
            .bind();
    DataSet data = config.data().load(3);
    model = Model.of(config, data);
    write(ModelFile.metadata(model));
  }

  private void write(Map<String, String> metadata) throws IOException {
    TrainingState state = TrainingState.start(Network.initialize(model.architecture(), 1));
    new Checkpoint(metadata, model.architecture(), state).write(file);
  }

  @Test
  void theModelComesBackFromItsCheckpoint() throws IOException {
    Model read = ModelFile.read(Checkpoint.read(file));
    assertThat(read.config()).isEqualTo(model.config());
    assertThat(read.architecture()).isEqualTo(model.architecture());
    assertThat(read.fingerprint()).isEqualTo(model.fingerprint());
    assertThat(read.diffuser().scaling().mean()).isEqualTo(model.diffuser().scaling().mean());
    assertThat(read.diffuser().scaling().deviation())
        .isEqualTo(model.diffuser().scaling().deviation());
  }

  /// The state of particles has fewer coordinates than their data have components: both come back.
  @Test
  void theModelOfParticlesComesBackFromItsCheckpoint() throws IOException {
    ExperimentConfig config =
        ExperimentSource.read("dw4").with("data={kind: particles, system: dw4, points: 50, burn-in: 20, thinning: 2}")
            .with("network={kind: egnn, layers: 2, hidden: 4}")
            .bind();
    model = Model.of(config, config.data().load(3));
    write(ModelFile.metadata(model));
    Model read = ModelFile.read(Checkpoint.read(file));
    assertThat(read.config()).isEqualTo(config);
    assertThat(read.dimension()).isEqualTo(8);
    assertThat(read.architecture().dimension()).isEqualTo(6);
    assertThat(read.diffuser().scaling().frame()).isEqualTo(model.diffuser().scaling().frame());
    assertThat(read.dataRange().orElseThrow().lowest()).hasSize(8).isEqualTo(model.dataRange().orElseThrow().lowest());
    assertThat(read.diffuser().range().orElseThrow().lowest())
        .hasSize(6)
        .isEqualTo(model.diffuser().range().orElseThrow().lowest());
    Map<String, String> earlier = new HashMap<>(ModelFile.metadata(model));
    earlier.put("config", earlier.get("config").replace("\"system\":\"dw4\"", "\"system\":\"dw4\",\"convention\":\"efm\""));
    assertThat(earlier).isNotEqualTo(ModelFile.metadata(model));
    write(earlier);
    assertThat(ModelFile.read(Checkpoint.read(file)).config()).isEqualTo(config);
  }

  /// The law trains u alone: its values are the same, and k counts as given.
  @Test
  void fieldsThatTheLawsDoNotTrainCountAsConstants() throws IOException {
    Model all = flow("[]");
    assertThat(all.trainingLaws()).isEqualTo(all.constraint());
    Model some = flow("[u]");
    Tape whole = some.constraint().orElseThrow().tape();
    Tape held = some.trainingLaws().orElseThrow().tape();
    double[] sample = new double[32];
    Arrays.setAll(sample, d -> 1 + Math.sin(d));
    double[] residuals = whole.residuals(sample, 0);
    assertThat(held.residuals(sample, 0)).isEqualTo(residuals);
    double[] weights = new double[16];
    Arrays.fill(weights, 1);
    double[] expected = new double[32];
    TapeRunner runner = new TapeRunner(whole);
    runner.forward(sample, 0, new double[16]);
    runner.reverse(sample, 0, weights, 0, expected, 0);
    Arrays.fill(expected, 0, 16, 0);
    double[] found = new double[32];
    runner = new TapeRunner(held);
    runner.forward(sample, 0, new double[16]);
    runner.reverse(sample, 0, weights, 0, found, 0);
    assertThat(found).isEqualTo(expected);
    assertThat(Arrays.stream(found).skip(16)).anyMatch(value -> value != 0);
  }

  @Test
  void fieldsThatLawsCannotTrainAreRefused() {
    assertThatThrownBy(() -> flow("[w]"))
        .hasMessage("objective.physics.fields: the data have no field 'w'; they have k[4,4], u[4,4]");
    assertThatThrownBy(() -> flow("[u]", "physics=[{equality: mean(k) - 1, name: amount}]"))
        .hasMessage("objective.physics.fields: the law 'amount' trains nothing, as it reads none of u");
  }

  private static Model flow(String fields, String... changes) throws IOException {
    ExperimentSource source =
        ExperimentSource.read("darcy-2d")
            .with("data={kind: darcy, axes: 2, grid: 4, points: 3}")
            .with("network={kind: unet, channels: 2, levels: 1}")
            .with("variants=[]")
            .with("objective.physics={estimate: mean, fields: " + fields + "}");
    for (String change : changes) {
      source = source.with(change);
    }
    ExperimentConfig config = source.bind();
    return Model.of(config, config.data().load(3));
  }

  @Test
  void metadataThatLieAreRefused() throws IOException {
    Map<String, String> lies =
        Map.ofEntries(
            entry("{'dimension':1000000000,'mean':[0,0],'deviation':[1,1]}", "do not fit"),
            entry("{'dimension':2.9,'mean':[0,0],'deviation':[1,1]}", "the dimension is 2.9"),
            entry("{'dimension':'2','mean':[0,0],'deviation':[1,1]}", "the dimension is \"2\""),
            entry("{'dimension':2,'mean':[0,0],'deviation':[1]}", "equal lengths"),
            entry("{'dimension':2,'mean':[0,0],'deviation':[1,1],'origin':[1]}", "equal lengths"),
            entry("{'dimension':2,'mean':[0,0],'deviation':[1,-1]}", "cannot be scaled"),
            entry("{'dimension':2,'mean':[0,0],'deviation':[0,0]}", "every component of the data is constant"),
            entry("{'dimension':2,'mean':[1e308,0],'deviation':[1,1]}", "float32 ends at 3.4e38"),
            entry("{'dimension':2,'mean':[1e400,0],'deviation':[1,1]}", "float32 ends at 3.4e38"),
            entry("{'dimension':2,'mean':[0,0],'deviation':[1,1],'origin':[1e39,0]}", "float32 ends at 3.4e38"),
            entry("{'dimension':2,'mean':[0,'x'],'deviation':[1,1]}", "the scaling holds"),
            entry("{'dimension':2,'mean':{'a':0,'b':1},'deviation':[1,1]}", "a list is expected"),
            entry("{'dimension':2,'mean':[0,0],'deviation':[1,1],'components':[1,2]}", "text is expected"),
            entry("{'dimension':2,'mean':[0,0],'deviation':[1,1],'data-sha256':3}", "text is expected"),
            entry("nonsense", "checkpoint.safetensors (metadata)"));
    for (Map.Entry<String, String> lie : lies.entrySet()) {
      Map<String, String> metadata = new HashMap<>(ModelFile.metadata(model));
      metadata.put("model", lie.getKey().replace('\'', '"'));
      write(metadata);
      Checkpoint.Stored stored = Checkpoint.read(file);
      assertThatThrownBy(() -> ModelFile.read(stored))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(lie.getValue());
    }
    Map<String, String> metadata = new HashMap<>(ModelFile.metadata(model));
    metadata.put("config", metadata.get("config").replace("\"hidden\":6", "\"hiden\":6"));
    write(metadata);
    Checkpoint.Stored stored = Checkpoint.read(file);
    assertThatThrownBy(() -> ModelFile.read(stored)).hasMessageContaining("did you mean 'hidden'?");
  }

  @Test
  void survivesSeededMutationsOfTheWholeHeader() throws IOException {
    byte[] valid = Files.readAllBytes(file);
    int header = 8 + (int) ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] head = Arrays.copyOf(valid, header);
    int read = 0;
    for (byte[] mutated : Fuzz.mutations(head, 1500, 23).toList()) {
      byte[] whole = Arrays.copyOf(mutated, mutated.length + valid.length - header);
      System.arraycopy(valid, header, whole, mutated.length, valid.length - header);
      Files.write(file, whole);
      try {
        Checkpoint.Stored stored = Checkpoint.read(file);
        stored.state(ModelFile.read(stored).architecture());
        read++;
      } catch (FormatException e) {
        assertThat(e).hasMessageContaining("checkpoint.safetensors");
      }
    }
    // Most mutations are caught; a changed description, say, still reads.
    assertThat(read).isBetween(1, 1400);
    assertThat(new String(head, StandardCharsets.UTF_8)).contains("scorefield-checkpoint-1");
  }
}
