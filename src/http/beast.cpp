// The one file that compiles the code of Boost.Beast and of Boost.Asio's TLS.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
