package io.scorefield.spark;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.internal.io.HadoopMapReduceCommitProtocol;
import scala.Option;

/// Lets Spark commit by the committer that Hadoop's settings name for a file system, such as that of S3.
///
/// Spark's own protocol knows the work folder of `FileOutputCommitter` only: with any other committer its tasks write to the place
/// where the files shall be in the end, past the committer.
public final class StoreCommitProtocol extends HadoopMapReduceCommitProtocol {
  @Serial private static final long serialVersionUID = 1;

  private final String folder;
  private transient PathOutputCommitter committer;

  /// Spark calls this, by reflection.
  ///
  /// @param job an identifier of the job
  /// @param folder that is written
  /// @param dynamic whether partitions are overwritten one by one, which a folder of samples has no use for
  /// @throws IllegalArgumentException when partitions shall be overwritten one by one
  public StoreCommitProtocol(String job, String folder, boolean dynamic) {
    super(job, folder, dynamic);
    if (dynamic) {
      throw new IllegalArgumentException("a folder of samples has no partitions to overwrite");
    }
    this.folder = folder;
  }

  @Override
  public OutputCommitter setupCommitter(TaskAttemptContext context) {
    try {
      committer = PathOutputCommitterFactory.createCommitter(new Path(folder), context);
      return committer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String newTaskTempFile(TaskAttemptContext context, Option<String> directory, FileNameSpec name) {
    try {
      Path work = committer.getWorkPath();
      Path parent = directory.isDefined() ? new Path(work, directory.get()) : work;
      return new Path(parent, getFilename(context, name)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
