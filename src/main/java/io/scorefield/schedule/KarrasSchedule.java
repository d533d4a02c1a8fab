package io.scorefield.schedule;

import org.apache.commons.math3.distribution.NormalDistribution;

/// The noise is its own time: alpha = 1 and sigma(t) = t from sigmaMin to sigmaMax. Networks are told ln(sigma)/4, and are
/// trained on noise whose logarithm is normal.
///
/// Source: Karras, Aittala, Aila and Laine 2022 (EDM, arXiv 2206.00364), table 1. Their data have the deviation 0.5; sigma
/// and its logarithm are in units of the state here, as they are there.
///
/// @param sigmaMin the least noise, above 0
/// @param sigmaMax the most
/// @param logMean mean of ln(sigma) in training
/// @param logDeviation its deviation, above 0; what falls beyond sigmaMin and sigmaMax is cut off
public record KarrasSchedule(double sigmaMin, double sigmaMax, double logMean, double logDeviation)
    implements ContinuousSchedule {
  public KarrasSchedule {
    if (!(sigmaMin > 0) || !(sigmaMax > sigmaMin) || Double.isInfinite(sigmaMax)) {
      throw new IllegalArgumentException(
          "sigma must rise from sigma-min > 0 to sigma-max; got " + sigmaMin + " to " + sigmaMax);
    }
    if (!Double.isFinite(logMean) || !(logDeviation > 0) || Double.isInfinite(logDeviation)) {
      throw new IllegalArgumentException(
          "ln(sigma) in training must have a finite mean and a positive deviation; got " + logMean + " and " + logDeviation);
    }
  }

  @Override
  public double alpha(double t) {
    return 1;
  }

  @Override
  public double sigma(double t) {
    return t;
  }

  @Override
  public double alphaRate(double t) {
    return 0;
  }

  @Override
  public double sigmaRate(double t) {
    return 1;
  }

  @Override
  public double start() {
    return sigmaMin;
  }

  @Override
  public double end() {
    return sigmaMax;
  }

  @Override
  public double priorScale() {
    return sigmaMax;
  }

  @Override
  public double clock(double t) {
    return Math.log(t) / 4;
  }

  @Override
  public double inputScale(double t) {
    return 1 / Math.hypot(1, t);
  }

  @Override
  public double trainingTime(double u) {
    NormalDistribution logs = new NormalDistribution(null, logMean, logDeviation);
    double least = logs.cumulativeProbability(Math.log(sigmaMin));
    double most = logs.cumulativeProbability(Math.log(sigmaMax));
    if (!(most > least)) {
      throw new IllegalArgumentException(
          "training never sees noise between " + sigmaMin + " and " + sigmaMax + ": ln(sigma) has the mean " + logMean
              + " and the deviation " + logDeviation);
    }
    double log = logs.inverseCumulativeProbability(least + u * (most - least));
    return Math.clamp(Math.exp(log), sigmaMin, sigmaMax);
  }

  @Override
  public double timeWithin(double logSnr) {
    return Math.exp(-logSnr / 2);
  }
}
