package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PausableNetworkTest {

    private static final InetSocketAddress PLACE = new InetSocketAddress("127.0.0.1", 7_800);
    private static final Network.StreamOptions OPTIONS = new Network.StreamOptions(true, 0, 0, 1);

    private final Network real = mock(Network.class);
    private final PausableNetwork network = new PausableNetwork(real);
    private final Network.StreamHandler handler = mock(Network.StreamHandler.class);

    private Network.StreamHandler accept(Network.Stream stream) throws IOException {
        ArgumentCaptor<Network.AcceptHandler> acceptor = ArgumentCaptor.forClass(Network.AcceptHandler.class);
        network.listen(PLACE, accepted -> handler);
        verify(real).listen(any(), acceptor.capture());
        return acceptor.getValue().accepted(stream);
    }

    @Test
    void everythingThatIsOpenStopsAndGoesOnTogether() throws IOException {
        Network.Stream accepted = mock(Network.Stream.class);
        Network.Stream connected = mock(Network.Stream.class);
        Network.Datagrams socket = mock(Network.Datagrams.class);
        Network.Subscription subscription = mock(Network.Subscription.class);
        when(real.connect(any(), any(), any())).thenReturn(connected);
        when(real.openDatagrams(any(), any(), any())).thenReturn(socket);
        when(real.subscribe(any(), any(), any(), any())).thenReturn(subscription);
        assertThat(network.canPause()).isFalse();
        accept(accepted);
        network.connect(PLACE, OPTIONS, handler);
        network.openDatagrams(PLACE, Network.DatagramOptions.NONE, null);
        network.subscribe(PLACE, List.of(PLACE.getAddress()), Network.DatagramOptions.NONE, null);

        for (boolean wanted : new boolean[] {false, true}) {
            network.wantReadable(wanted);

            verify(accepted).wantReadable(wanted);
            verify(connected).wantReadable(wanted);
            verify(socket).wantReadable(wanted);
            verify(subscription).wantReadable(wanted);
        }
        assertThat(network.canPause()).isTrue();
    }

    @Test
    void whatIsClosedIsForgottenWhicheverSideClosedIt() throws IOException {
        Network.Stream accepted = mock(Network.Stream.class);
        Network.Stream connected = mock(Network.Stream.class);
        when(real.connect(any(), any(), any())).thenReturn(connected);
        when(real.openDatagrams(any(), any(), any())).thenReturn(mock(Network.Datagrams.class));
        when(real.subscribe(any(), any(), any(), any())).thenReturn(mock(Network.Subscription.class));
        Network.StreamHandler told = accept(accepted);
        network.connect(PLACE, OPTIONS, handler).close();
        network.openDatagrams(PLACE, Network.DatagramOptions.NONE, null).close();
        network.subscribe(PLACE, List.of(PLACE.getAddress()), Network.DatagramOptions.NONE, null).close();
        verify(connected).close();

        told.closed(Network.CloseReason.CLOSED_BY_PEER, "gone");

        verify(handler).closed(Network.CloseReason.CLOSED_BY_PEER, "gone");
        assertThat(network.canPause()).isFalse();
        network.wantReadable(false);
        verifyNoMoreInteractions(accepted, connected);
    }
}
