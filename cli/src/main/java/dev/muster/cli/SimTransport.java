package dev.muster.cli;

/** What packets travel by in a simulation. */
enum SimTransport { tcp, datagram }
