/** Other systems, each as its makers would run it at its best, to be measured beside Muster. */
package dev.muster.benchmarks;
