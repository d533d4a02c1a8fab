package io.scorefield.rng;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class NormalsTest {
  /// Worst error of the four normals of a block against double arithmetic on the same words,
  /// relative to max(1, |z|).
  private static double worstError(int[] words) {
    float[] z = new float[4];
    Normals.fromWords(words, z);
    double worst = 0;
    for (int pair = 0; pair < 4; pair += 2) {
      double u1 = NoiseSource.toUniform(words[pair]);
      double angle = 2 * Math.PI * ((words[pair + 1] & 0xFFFFFFFFL) * 0x1.0p-32);
      // ln u1 by log1p where u1 is near 1: the double difference 1 - u1 is exact.
      double radius = Math.sqrt(-2 * (u1 > 0.5 ? Math.log1p(u1 - 1) : Math.log(u1)));
      double[] exact = {radius * Math.cos(angle), radius * Math.sin(angle)};
      for (int i = 0; i < 2; i++) {
        double error = Math.abs(z[pair + i] - exact[i]) / Math.max(1, Math.abs(exact[i]));
        worst = Math.max(worst, error);
      }
    }
    return worst;
  }

  @Test
  void agreesWithDoubleArithmeticBetterThan4em7() {
    Random random = new Random(1);
    double worst = 0;
    int[] words = new int[4];
    for (int trial = 0; trial < 3_000_000; trial++) {
      for (int i = 0; i < 4; i++) {
        words[i] = random.nextInt();
      }
      if (trial % 3 == 0) {
        words[0] >>>= random.nextInt(32); // far tails
      }
      worst = Math.max(worst, worstError(words));
    }
    assertThat(worst).isLessThan(4e-7).isGreaterThan(1e-8);
  }

  @Test
  void isAccurateAtTheEdgesOfEveryBranch() {
    int[] edges = {
      0, 1, 2, 255, -1, -2, Integer.MIN_VALUE, Integer.MAX_VALUE, Normals.NEAR_ONE,
      Normals.NEAR_ONE - 1, Normals.NEAR_ONE + 1, 0x1FFFFFFF, 0x20000000, 0x3FFFFFFF, 0x40000000,
      0x5FFFFFFF, 0x60000000, 0x9FFFFFFF, 0xA0000000, 0xDFFFFFFF, 0xE0000000, 0x01000001
    };
    for (int r0 : edges) {
      for (int r1 : edges) {
        assertThat(worstError(new int[] {r0, r1, r1, r0})).isLessThan(4e-7);
      }
    }
  }

  @Test
  void reachesSixAndAHalfSigma() {
    float[] z = new float[4];
    Normals.fromWords(new int[] {0, 0, 0, 0x80000000}, z);
    assertThat(z[0]).isCloseTo(6.7637f, org.assertj.core.api.Assertions.within(1e-3f));
    assertThat(z[2]).isLessThan(-6.5f);
  }

  @Test
  void keepsItsBits() {
    // An engine in another language must reproduce this hash over the normals of samples 0 .. 99,999.
    NoiseSource source = new NoiseSource(0x0123456789ABCDEFL);
    float[] z = new float[5];
    long hash = 0xcbf29ce484222325L;
    for (int sample = 0; sample < 100_000; sample++) {
      source.normals(NoiseStream.SAMPLER, sample, 3, z, 0, 5);
      for (float value : z) {
        hash = (hash ^ (Float.floatToRawIntBits(value) & 0xFFFFFFFFL)) * 0x100000001b3L;
      }
    }
    assertThat(Long.toHexString(hash)).isEqualTo("52f848dbadcd99d7");
  }

  @Test
  void isStandardNormal() {
    int n = 1_000_000;
    NoiseSource source = new NoiseSource(5);
    float[] z = new float[n];
    source.normals(NoiseStream.PRIOR, 3, 0, z, 0, n);
    double[] moments = new double[5];
    for (float value : z) {
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(value, power) / n;
      }
    }
    // Standard errors: 1, sqrt 2, sqrt 15, sqrt 96 over sqrt n; four of them.
    assertThat(moments[1]).isBetween(-0.004, 0.004);
    assertThat(moments[2]).isBetween(1 - 0.006, 1 + 0.006);
    assertThat(moments[3]).isBetween(-0.016, 0.016);
    assertThat(moments[4]).isBetween(3 - 0.04, 3 + 0.04);
    double[] part = new double[20_000];
    for (int i = 0; i < part.length; i++) {
      part[i] = z[i];
    }
    double p =
        new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new NormalDistribution(0, 1), part);
    assertThat(p).isGreaterThan(1e-3);
  }

  @Test
  void numbersNormalsIndependentlyOfHowTheyAreFetched() {
    NoiseSource source = new NoiseSource(9);
    float[] whole = new float[40];
    source.normals(NoiseStream.SAMPLER, 12, 0, whole, 0, 40);
    for (int first = 0; first < 40; first++) {
      float[] part = new float[40 - first];
      source.normals(NoiseStream.SAMPLER, 12, first, part, 0, part.length);
      assertThat(part).containsExactly(java.util.Arrays.copyOfRange(whole, first, 40));
    }
  }
}
