package dev.muster.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What one call of the command printed, and how it ended. */
record Run(int status, String out, String err) {

    static Run muster(Object... args) {
        String[] words = new String[args.length];
        for (int index = 0; index < args.length; index++) {
            words[index] = String.valueOf(args[index]);
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Muster.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(words);
        return new Run(status, out.toString(), err.toString());
    }
}
