/**
 * What a protocol has to keep to so that it can be put into any stack: JUnit suites to extend in a test of one's own.
 *
 * <pre>{@code
 * class MyProtocolConformanceTest extends ProtocolConformance {
 *     @Override
 *     protected ProtocolProvider provider() {
 *         return new MyProtocol.Provider();
 *     }
 * }
 * }</pre>
 */
package dev.muster.testkit.conformance;
