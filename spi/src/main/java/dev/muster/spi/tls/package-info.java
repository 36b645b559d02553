/** TLS for streams, as the JDK has it: who has no certificate that is trusted is not heard. */
package dev.muster.spi.tls;
