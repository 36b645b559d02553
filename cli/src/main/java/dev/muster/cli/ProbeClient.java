package dev.muster.cli;

import dev.muster.api.MusterException;
import dev.muster.core.Passcode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Asks one member about itself; see {@link dev.muster.core.DiagnosticsPort} for what is said. Believes nothing. */
final class ProbeClient {

    private static final int MOST_LINE_BYTES = 512;
    private static final int MOST_ANSWER_BYTES = 16 << 20;

    private final Passcode passcode;
    private final int patienceMillis;

    /**
     * Create a client.
     *
     * @param passcode null for none
     * @param patienceMillis for each step
     */
    ProbeClient(Passcode passcode, int patienceMillis) {
        this.passcode = passcode;
        this.patienceMillis = patienceMillis;
    }

    /**
     * Ask.
     *
     * @param where a port at which a member may listen
     * @param form TEXT or JSON
     * @return the answer; empty if no member of Muster listens there
     * @throws MusterException if a member is there and does not answer
     */
    Optional<String> ask(InetSocketAddress where, String form) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(patienceMillis);
            String challenge;
            try {
                socket.connect(where, patienceMillis);
                challenge = line(socket.getInputStream());
            } catch (IOException e) {
                return Optional.empty();
            }
            if (!challenge.startsWith("MUSTER 1 ")) {
                return Optional.empty();
            }
            return Optional.of(ask(socket, form, challenge.substring("MUSTER 1 ".length())));
        } catch (IOException | IllegalArgumentException e) {
            throw new MusterException("the member at " + where + " did not answer: " + e.getMessage()
                    + "; it may be stuck, or too busy: try again, or look at its threads", e);
        }
    }

    private String ask(Socket socket, String form, String nonce) throws IOException {
        String proof = nonce.equals("-") || passcode == null ? "-" : passcode.proof(HexFormat.of().parseHex(nonce));
        OutputStream out = socket.getOutputStream();
        out.write(("PROBE " + form + " " + proof + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String head = line(socket.getInputStream());
        if (!head.startsWith("ANSWER ")) {
            throw new MusterException("the member at " + socket.getRemoteSocketAddress() + " refuses: "
                    + harmless(head.replaceFirst("^REFUSED ", "")));
        }
        int length = Integer.parseInt(head.substring("ANSWER ".length()));
        if (length < 0 || length > MOST_ANSWER_BYTES) {
            throw new IOException("it announces " + length + " bytes, at most " + MOST_ANSWER_BYTES + " are taken");
        }
        byte[] answer = new byte[length];
        new DataInputStream(socket.getInputStream()).readFully(answer);
        return harmless(new String(answer, StandardCharsets.UTF_8)).strip();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() == MOST_LINE_BYTES) {
                throw new IOException("no whole line of at most " + MOST_LINE_BYTES + " bytes came");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Whoever answers must not be able to steer the terminal. */
    private static String harmless(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(Character.isISOControl(c) && c != '\n' ? '?' : c));
        return plain.toString();
    }
}
