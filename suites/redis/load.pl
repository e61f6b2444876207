# SPDX-License-Identifier: Apache-2.0
# Offers load to the server on port 6379 and prints the result. Open loop: requests are due by the clock, whether or not
# earlier ones have been answered, so a server that is too slow is really overloaded.
#
#   perl load.pl RATE SECONDS DEADLINE
#
# RATE: requests a second; 0 measures the server's capacity (each connection has as many pending requests as an overload
# would). DEADLINE: seconds after which an answer is too late. Prints one line:
#
#   OFFERED ANSWERED FAILED HUNDREDTHS
#
# requests that were due, were answered without an error at all, were not answered in time (or with an error, or on a
# lost connection), and the duration of the load in hundredths of a second.
use strict;
use warnings;
use Socket;
use Fcntl;

use constant { CONNECTIONS => 20, WINDOW => 1000, CHUNK => 65536, FIRST_TICK => 0.02 };

my ($rate, $seconds, $deadline) = @ARGV;
my ($offered, $answered, $failed) = (0, 0, 0);
$SIG{PIPE} = 'IGNORE';

open(my $clock, '<', '/proc/uptime') or die "no clock: $!\n";
sub now {
    sysseek($clock, 0, 0);
    sysread($clock, my $text, 64);
    return (split(' ', $text))[0];
}

# A connection: its requests that have not been written yet (owed), and [due, count] of unanswered ones.
my @connections;
sub open_connection {
    my ($number) = @_;
    my $key = "load:$number";
    socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
    my $request = sprintf("*2\r\n\$4\r\nINCR\r\n\$%d\r\n%s\r\n", length($key), $key);
    my $up = connect($socket, sockaddr_in(6379, INADDR_LOOPBACK));
    fcntl($socket, F_SETFL, O_NONBLOCK) or die "fcntl: $!\n" if $up;
    $connections[$number] = { socket => $up ? $socket : undef, request => $request, owed => 0,
        out => '', sent => 0, waiting => [], under_way => 0 };
}

sub lose {
    my ($number) = @_;
    $failed += $connections[$number]{under_way};
    close($connections[$number]{socket}) if $connections[$number]{socket};
    open_connection($number);
}

sub offer {
    my ($number, $count, $due) = @_;
    my $connection = $connections[$number];
    $offered += $count;
    if (!$connection->{socket}) {
        $failed += $count;
        open_connection($number);
        return;
    }
    push(@{ $connection->{waiting} }, [$due, $count]);
    $connection->{owed} += $count;
    $connection->{under_way} += $count;
}

sub write_some {
    my ($number) = @_;
    my $connection = $connections[$number];
    if ($connection->{sent} == length($connection->{out})) {
        my $most = int(CHUNK / length($connection->{request}));
        my $count = $connection->{owed} < $most ? $connection->{owed} : $most;
        $connection->{out} = $connection->{request} x $count;
        $connection->{sent} = 0;
        $connection->{owed} -= $count;
    }
    my $wrote = syswrite($connection->{socket}, $connection->{out}, CHUNK, $connection->{sent});
    if (defined($wrote)) { $connection->{sent} += $wrote }
    elsif (!$!{EAGAIN}) { lose($number) }
}

sub read_some {
    my ($number, $time) = @_;
    my $connection = $connections[$number];
    my $got = sysread($connection->{socket}, my $text, CHUNK);
    if (!$got) {
        lose($number) if defined($got) || !$!{EAGAIN};
        return;
    }
    my $replies = ($text =~ tr/\n//);
    my $refused = ($text =~ tr/-//);
    $answered += $replies - $refused;
    $failed += $refused;
    $connection->{under_way} -= $replies;
    while ($replies > 0) {
        my $oldest = $connection->{waiting}[0] or last;
        my $count = $oldest->[1] < $replies ? $oldest->[1] : $replies;
        $failed += $count if $time - $oldest->[0] > $deadline;
        $replies -= $count;
        $oldest->[1] -= $count;
        shift(@{ $connection->{waiting} }) if $oldest->[1] == 0;
    }
}

sub turn {
    my ($wait) = @_;
    my ($readable, $writable) = ('', '');
    for my $connection (grep { $_->{socket} } @connections) {
        vec($readable, fileno($connection->{socket}), 1) = 1;
        vec($writable, fileno($connection->{socket}), 1) = 1
            if $connection->{owed} || $connection->{sent} < length($connection->{out});
    }
    select($readable, $writable, undef, $wait);
    my $time = now();
    for my $number (0 .. $#connections) {
        my $socket = $connections[$number]{socket} or next;
        my $file = fileno($socket);
        my $can_write = vec($writable, $file, 1);
        read_some($number, $time) if vec($readable, $file, 1);
        write_some($number) if $can_write && $connections[$number]{socket} && $connections[$number]{socket} == $socket;
    }
}

open_connection($_) for 0 .. CONNECTIONS - 1;
my $start = now();
my ($time, $turn) = ($start, 0);
while ($time < $start + $seconds) {
    if ($rate == 0) {
        for my $number (0 .. $#connections) {
            my $room = WINDOW - $connections[$number]{under_way};
            offer($number, $room, $time) if $room > 0;
        }
    } else {
        my $due = int($rate * ($time - $start + FIRST_TICK)) - $offered;
        my $share = int($due / 4) + 1;
        while ($due > 0) {
            my $count = $due < $share ? $due : $share;
            offer($turn++ % CONNECTIONS, $count, $time);
            $due -= $count;
        }
    }
    turn($rate == 0 ? 1 : 0.01);
    $time = now();
}
my $lasted = int(($time - $start) * 100);
my $before = $answered;

# Pending requests may still be answered in time; the others are given up.
my $end = $time + $deadline;
while ($time < $end && grep { $_->{under_way} } @connections) {
    turn(0.05);
    $time = now();
}
$failed += $_->{under_way} for @connections;
# The capacity is what was answered while the load lasted.
print("$offered ", $rate == 0 ? $before : $answered, " $failed $lasted\n");
