package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Points and their latent codes: where the probability flow takes a point, in units of the prior's deviation.
///
/// A code is S numbers, S as in {@link FlowDensity}. Codes of the data are standard normal to the error of the network, and
/// the code of sample i of a seed is the noise that the sample starts from. Encoding and decoding are one another's inverse
/// to the error of the integration: with fourth-order steps it falls to a sixteenth when the steps are doubled.
///
/// Source: Song et al. 2021 (arXiv 2011.13456), appendix D.5; Song, Meng and Ermon 2021 (DDIM, arXiv 2010.02502),
/// sections 4.3 and 5.3.
///
/// Under conditions a code is that of the other components given them; decoding is told conditions again, and may be told
/// others than encoding was.
public final class LatentCodes {
  private final Diffuser diffuser;
  private final StepProgram encoder;
  private final StepProgram decoder;
  private final int coordinates;
  private final float start;

  /// @param flow its probes play no part
  /// @throws IllegalArgumentException where the schedule has no flow
  public LatentCodes(Diffuser diffuser, ProbabilityFlow flow) {
    this.diffuser = diffuser;
    encoder = flow.encoder(diffuser);
    decoder = flow.decoder(diffuser);
    coordinates = diffuser.scaling().frame().varied();
    double least = diffuser.schedule().start();
    start = (float) (diffuser.schedule().alpha(least) / ProbabilityFlow.length(diffuser, least));
  }

  /// S, the numbers of a code.
  public int coordinates() {
    return coordinates;
  }

  /// The codes of points, [n, S].
  ///
  /// @param points [n, D] in data units less the origin, their conditions included
  public float[] encode(Engine engine, Network network, float[] points) {
    float[] states = diffuser.scaling().toState(points).clone();
    scale(states, start);
    float[] ends = ToldStates.alone(diffuser.scaling(), run(engine, network, encoder, states));
    for (int i = 0; i < ends.length; i++) {
      ends[i] *= (float) (1 / encoder.priorScale());
    }
    return ends;
  }

  /// The points of codes where there are no conditions, [n, D] in data units less the origin.
  ///
  /// @param codes [n, S]
  public float[] decode(Engine engine, Network network, float[] codes) {
    return decode(engine, network, codes, new float[0]);
  }

  /// The points of codes, [n, D] in data units less the origin.
  ///
  /// @param codes [n, S]
  /// @param told the conditions of each, [n, C] in data units less the origin
  public float[] decode(Engine engine, Network network, float[] codes, float[] told) {
    float[] noise = codes.clone();
    for (int i = 0; i < noise.length; i++) {
      noise[i] *= (float) decoder.priorScale();
    }
    float[] ends = run(engine, network, decoder, ToldStates.behind(diffuser.scaling(), noise, told));
    scale(ends, 1 / start);
    return diffuser.scaling().toData(ends, ends.length / diffuser.scaling().coordinates());
  }

  /// The code of a sample: decoded it is sample number `sample` of the seed by the flow, `[S]`.
  public float[] ofSample(long seed, long sample) {
    return noise(diffuser, seed, sample, 1);
  }

  /// The codes of samples first .. first + count - 1, [count, S].
  static float[] noise(Diffuser diffuser, long seed, long first, int count) {
    int varied = diffuser.scaling().frame().varied();
    NoiseSource source = new NoiseSource(seed);
    float[] codes = new float[Math.multiplyExact(count, varied)];
    for (int i = 0; i < count; i++) {
      source.normals(NoiseStream.PRIOR, first + i, 0, codes, i * varied, varied);
    }
    return codes;
  }

  private void scale(float[] states, float factor) {
    int width = diffuser.scaling().coordinates();
    for (int i = 0; i < states.length; i++) {
      states[i] *= i % width < coordinates ? factor : 1;
    }
  }

  private float[] run(Engine engine, Network network, StepProgram program, float[] initial) {
    int width = diffuser.scaling().coordinates();
    int count = initial.length / width;
    float[] ends = new float[initial.length];
    try {
      engine.sample(
          network, program, PhysicsTerm.none(), SampleRequest.of(0, 0, count).withInitial(initial),
          (first, size, block) -> System.arraycopy(block, 0, ends, (int) first * width, size * width));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the sink writes to memory and throws none
    }
    return ends;
  }
}
