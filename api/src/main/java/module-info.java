/**
 * What an application imports: the channel, its messages and views, and the builder of stacks.
 *
 * <p>The only {@code uses} is the factory behind {@link dev.muster.api.StackBuilder}; an implementation is provided by
 * {@code dev.muster.core}.
 */
module dev.muster.api {
    exports dev.muster.api;

    uses dev.muster.api.ChannelFactory;
}
