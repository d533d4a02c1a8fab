package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.cli.Program.Result;
import io.scorefield.cli.Program.Started;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whose a run's folder is.
class RunFolderTest {
  @TempDir Path folder;

  @Test
  void onlyOneProcessWorksInAFolder() throws Exception {
    Path out = folder.resolve("run");
    Started first =
        Program.start(folder, "train", "circle", "--out", out.toString(), "--engine", "reference");
    first.until("parameters, seed");
    Result second = Program.small("run", out);
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.complaints())
        .singleElement()
        .asString()
        .contains("is in use by process " + first.process().pid());
    // A process that is killed holds nothing.
    first.process().destroyForcibly().waitFor();
    assertThat(Files.readString(out.resolve(".scorefield"))).contains("process: " + first.process().pid());
    assertThat(Program.small("train", out).code()).isZero();
    assertThat(Files.readString(out.resolve(".scorefield"))).contains("process: 0");
  }

  @Test
  void aFolderIsHeldOnceAndAgainWhenItIsLetGo() throws IOException {
    RunFolder run = new RunFolder(folder.resolve("a/b"));
    RunLock lock = RunLock.of(run, false);
    assertThatThrownBy(() -> RunLock.of(run, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    lock.close();
    // Nothing came of it: it is gone.
    assertThat(run.root()).doesNotExist();
    try (RunLock again = RunLock.of(run, false)) {
      assertThat(again).isNotNull();
      Files.createFile(run.root().resolve("x"));
    }
    assertThat(run.root().resolve("x")).exists();
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    Path out = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(out.resolve("config.yaml"), "not: ours");
    Files.writeString(out.resolve("checkpoint.safetensors"), "nor this");
    Result refused = Program.small("run", out);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.complaints()).singleElement().asString().contains("not of a run").contains("--force");
    assertThat(Files.readString(out.resolve("config.yaml"))).isEqualTo("not: ours");
    assertThat(out.resolve(".scorefield")).doesNotExist();
    Result forced = Program.small("train", out, "--force");
    assertThat(forced.code()).as(forced.err()).isZero();
    assertThat(Program.small("train", out).code()).isZero();
  }

  @Test
  void runsFromBeforeTheMarkerAreKnown() throws IOException {
    Path out = folder.resolve("old");
    assertThat(Program.small("train", out).code()).isZero();
    Path config = Files.createDirectory(folder.resolve("config-only"));
    Files.copy(out.resolve("config.yaml"), config.resolve("config.yaml"));
    Files.delete(out.resolve(".scorefield"));
    Files.delete(out.resolve("config.yaml"));
    assertThat(Program.small("train", out).code()).isZero();
    Result resumed = Program.small("train", config, "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("has no checkpoint yet: starting at step 0");
  }

  @Test
  void foldersThatCannotBeAreOneLine() {
    for (String[] wrong :
        new String[][] {{"/", "root of all folders"}, {"", "--out is empty"}, {"pom.xml", "a file has that name"},
          {"/dev/null/x", "cannot"}, {"/proc/x", "cannot write to the folder /proc/x"}}) {
      Result result = Program.small("train", Path.of(wrong[0]));
      assertThat(result.code()).isIn(1, 2);
      assertThat(result.complaints()).singleElement().asString().contains(wrong[1]);
    }
    assertThat(Program.run("sample", "x", "-n", "1", "--out", "/").complaints()).hasSize(1);
    assertThat(Program.run("gallery", "--out", "").complaints().getFirst()).contains("--out is empty");
    assertThat(Program.run("bench", "--out", "").complaints().getFirst()).contains("--out is empty");
  }
}
