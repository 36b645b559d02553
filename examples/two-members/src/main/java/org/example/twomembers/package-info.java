/** Two members of one group in one process. */
package org.example.twomembers;
