package dev.muster.protocols.membership;

import dev.muster.spi.Context;
import java.util.function.Consumer;

/** The parts of {@link GroupMembership}, each with one job, put together. */
final class Parts {

    final Standing standing;
    final Post post;
    final Changes changes;
    final Participation participation;
    final Proposer proposer;
    final Joining joining;
    final Merging merging;
    final Departure departure;
    final Absentees absentees;
    final Requests requests;

    /** The installer is told of each view that this member is to have. */
    Parts(Context context, MembershipSettings settings, Consumer<Roster> installer) {
        standing = new Standing(context.self(), settings.shun());
        post = new Post(context);
        changes = new Changes(standing);
        participation = new Participation(context, standing, post, settings.patience(), installer);
        proposer = new Proposer(context, standing, post, participation, settings, changes, this::handedOver);
        joining = new Joining(context, standing, post, participation, settings);
        merging = new Merging(context, standing, post, settings, changes, proposer::consider);
        departure = new Departure(context, standing, post, settings, changes, participation, joining,
                this::collectLeavers);
        absentees = new Absentees(context, standing, post, changes, participation, proposer, departure, settings.patience());
        requests = new Requests(context, standing, post, settings, changes, participation, proposer, absentees::gone);
    }

    private void collectLeavers() {
        requests.collectLeavers();
    }

    private void handedOver() {
        departure.done("left");
    }
}
