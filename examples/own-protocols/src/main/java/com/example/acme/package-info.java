/** {@code acme-list}, which finds members on a list, and {@code acme-ping}, which watches the right neighbour. */
package com.example.acme;
