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
public final class LatentCodes {
  private final Diffuser diffuser;
  private final StepProgram encoder;
  private final StepProgram decoder;
  private final int coordinates;
  private final float start;

  /// @param flow its probes play no part
  /// @throws IllegalArgumentException where the schedule has no flow, or the data have conditions
  public LatentCodes(Diffuser diffuser, ProbabilityFlow flow) {
    if (diffuser.scaling().frame().conditions() > 0) {
      throw new IllegalArgumentException("codes of data with conditions are not computed; leave the conditions out");
    }
    this.diffuser = diffuser;
    encoder = flow.encoder(diffuser);
    decoder = flow.decoder(diffuser);
    coordinates = diffuser.scaling().coordinates();
    double least = diffuser.schedule().start();
    start = (float) (diffuser.schedule().alpha(least) / ProbabilityFlow.length(diffuser, least));
  }

  /// S, the numbers of a code.
  public int coordinates() {
    return coordinates;
  }

  /// The codes of points, [n, S].
  ///
  /// @param points [n, D] in data units less the origin
  public float[] encode(Engine engine, Network network, float[] points) {
    float[] states = diffuser.scaling().toState(points);
    scale(states, start);
    float[] ends = run(engine, network, encoder, states);
    scale(ends, (float) (1 / encoder.priorScale()));
    return ends;
  }

  /// The points of codes, [n, D] in data units less the origin.
  ///
  /// @param codes [n, S]
  public float[] decode(Engine engine, Network network, float[] codes) {
    float[] states = codes.clone();
    scale(states, (float) decoder.priorScale());
    float[] ends = run(engine, network, decoder, states);
    scale(ends, 1 / start);
    return diffuser.scaling().toData(ends, ends.length / coordinates);
  }

  /// The code of a sample: decoded it is sample number `sample` of the seed by the flow, [S].
  public float[] ofSample(long seed, long sample) {
    float[] code = new float[coordinates];
    new NoiseSource(seed).normals(NoiseStream.PRIOR, sample, 0, code, 0, coordinates);
    return code;
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private float[] run(Engine engine, Network network, StepProgram program, float[] initial) {
    int count = initial.length / coordinates;
    float[] ends = new float[initial.length];
    try {
      engine.sample(
          network, program, PhysicsTerm.none(), SampleRequest.of(0, 0, count).withInitial(initial),
          (first, size, block) ->
              System.arraycopy(block, 0, ends, (int) first * coordinates, size * coordinates));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the sink writes to memory and throws none
    }
    return ends;
  }
}
