package dev.muster.core;

import dev.muster.spi.Environment;

/**
 * What a life stands on.
 *
 * @param environment closed when the life ends
 * @param branch of the transport, if that is shared; else null, and the life has one of its own
 */
record Foundation(Environment environment, Branch branch) {}
