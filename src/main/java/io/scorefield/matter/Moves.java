package io.scorefield.matter;

/// What a move of one particle does to the energy of a configuration.
sealed interface Moves permits PairMoves, WholeMoves {
  /// Starts at a configuration.
  ///
  /// @param x [N K], read only
  void start(double[] x);

  /// By how much the energy changes if a particle goes elsewhere.
  ///
  /// @param position [K]
  double change(int particle, double[] position);

  /// Makes the last move that {@link #change} was asked about.
  void accept();

  /// The moves of a potential, the quickest way that there is.
  static Moves of(Potential potential) {
    return potential.pair().isPresent() ? new PairMoves(potential) : new WholeMoves(potential);
  }
}
