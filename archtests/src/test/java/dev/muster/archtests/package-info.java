/** The laws that no single module can keep by itself: who may require, use and touch what. */
package dev.muster.archtests;
