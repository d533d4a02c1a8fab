package io.scorefield.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.spark.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real name node and two data nodes, in this process.
class HdfsTest {
  private static String run(int code, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(SparkMain.run(args, new PrintWriter(out), new PrintWriter(err))).as(err.toString()).isEqualTo(code);
    return out + err.toString();
  }

  @Test
  void samplesGoToHdfsAndAreReadThere(@TempDir Path folder) throws IOException {
    Path checkpoint = Commands.circle(folder.resolve("run"), "--set", "train.epochs=1");
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(2).build();
        FileSystem hdfs = cluster.getFileSystem()) {
      String samples = hdfs.getUri() + "/data/samples";
      List<String> command =
          new ArrayList<>(
              List.of(
                  "spark-sample", checkpoint.toString(), "-n", "3000", "--seed", "5", "--per-task", "1000", "--out", samples, "--master",
                  "local[2]"));
      run(0, command.toArray(String[]::new));
      org.apache.hadoop.fs.Path written = new org.apache.hadoop.fs.Path(samples);
      assertThat(hdfs.exists(new org.apache.hadoop.fs.Path(written, "_SUCCESS"))).isTrue();
      assertThat(hdfs.exists(new org.apache.hadoop.fs.Path(written, "_temporary"))).isFalse();
      Path copy = folder.resolve("samples");
      hdfs.copyToLocalFile(written, new org.apache.hadoop.fs.Path(copy.toUri()));
      assertThat(Files.exists(copy.resolve("_scorefield.json"))).isTrue();
      assertThat(Commands.read(copy)).containsExactly(Commands.sample(checkpoint, folder.resolve("one.npy"), "-n", "3000", "--seed", "5"));
      assertThat(run(0, "spark-evaluate", samples, "--checkpoint", checkpoint.toString(), "--master", "local[2]")).contains("3,000");
      // What is there is not written over.
      assertThat(run(2, command.toArray(String[]::new))).contains(samples + ": exists").doesNotContain("Exception");
    }
  }
}
